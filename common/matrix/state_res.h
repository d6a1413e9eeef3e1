// State resolution: what a room's state is where its branches meet. Room Versions, "State resolution".
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/matrix/event_auth.h"
#include "common/matrix/room_version.h"
#include "common/matrix/state_key.h"

namespace plexus::matrix {

// Looks an event up: it, and whether it was rejected; null if it is not known. The event must stay where it is until
// the resolution returns.
using FetchEvent = std::function<CitedEvent(std::string_view event_id)>;

// What a resolution asks of the room's graph. The questions about auth chains may be left out: then they are answered
// by fetching the events of the chains one by one. None is asked in room version 1.
struct RoomGraph {
  using Answer = absl::StatusOr<std::vector<std::string>>;  // event ids, in any order

  FetchEvent fetch;
  // The auth difference of the states: every event of the auth chain of one that is not in those of all others.
  std::function<Answer(absl::Span<const StateMap> states)> auth_difference = nullptr;
  // The conflicted state subgraph: all events on paths of auth events from one of these events to another.
  std::function<Answer(absl::Span<const std::string> conflicted)> conflicted_subgraph = nullptr;
};

// What a resolution may cost at most: the graph comes from strangers. Memory and time are proportional to these.
struct ResolutionLimits {
  size_t max_states = 20'000;
  size_t max_entries = 4'000'000;  // of all states together
  size_t max_conflicted = 50'000;  // events that have to be put in order
  size_t max_events = 250'000;     // different events looked at
  size_t max_steps = 10'000'000;   // auth events followed
};

struct Resolution {
  StateMap state;
  // Events that would have been looked at if they were known, sorted. Those that the states have in conflict were left
  // out of the result, the others were taken for events that cite nothing: a caller that can get hold of one asks
  // again.
  std::vector<std::string> missing;
};

// The resolution of `states` by the room version's algorithm. It depends on nothing but the set of states and the
// graph, never on an order. Where the algorithm wants events sorted by their auth events, those that cite themselves by
// way of others, which only a liar can claim, are left out.
// Errors: ResourceExhausted if a limit is passed; what the graph's own answers fail with.
absl::StatusOr<Resolution> ResolveState(const RoomVersion& version, absl::Span<const StateMap> states,
                                        const RoomGraph& graph, const ResolutionLimits& limits = {});

}  // namespace plexus::matrix
