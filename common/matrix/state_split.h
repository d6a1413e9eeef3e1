// Where states agree and where they do not. Private to common/matrix.
#pragma once

#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "common/matrix/state_key.h"

namespace plexus::matrix {

// A state whose texts live elsewhere.
using StateViews = absl::flat_hash_map<StateKeyView, std::string_view, StateKeyHash, StateKeyEqual>;

StateMap Copy(const StateViews& state);

struct StateConflict {
  StateKeyView key;
  absl::InlinedVector<std::string_view, 2> event_ids;  // different ones
};

// All views point into the states that were split.
struct SplitState {
  StateViews unconflicted;
  std::vector<StateConflict> conflicts;
  std::vector<std::vector<std::string_view>> conflicted_of;  // by state: its events of conflicted keys
};

// What it means if some states lack a key of which the others hold the same event.
enum class AbsentKey {
  kAgrees,     // no conflict: room version 1
  kConflicts,  // a conflict: later versions
};

SplitState Split(absl::Span<const StateMap> states, AbsentKey absent);

}  // namespace plexus::matrix
