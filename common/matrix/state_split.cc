#include "common/matrix/state_split.h"

#include <algorithm>

namespace plexus::matrix {
namespace {

struct Slot {
  absl::InlinedVector<std::string_view, 2> event_ids;
  size_t holders = 0;
};

using Slots = absl::flat_hash_map<StateKeyView, Slot, StateKeyHash, StateKeyEqual>;

// Sorted at the end rather than searched each time: thousands of states may hold as many events of one key.
void SortEvents(Slot& slot) {
  if (slot.event_ids.size() == 1) return;
  std::sort(slot.event_ids.begin(), slot.event_ids.end());
  slot.event_ids.erase(std::unique(slot.event_ids.begin(), slot.event_ids.end()), slot.event_ids.end());
}

Slots Gather(absl::Span<const StateMap> states) {
  Slots slots;
  slots.reserve(states.front().size());
  for (const StateMap& state : states) {
    for (const auto& [key, event_id] : state) {
      Slot& slot = slots[StateKeyView{key.type, key.state_key}];
      ++slot.holders;
      if (slot.event_ids.empty() || slot.event_ids.back() != event_id) slot.event_ids.push_back(event_id);
    }
  }
  for (auto& [key, slot] : slots) SortEvents(slot);
  return slots;
}

}  // namespace

StateMap Copy(const StateViews& state) {
  StateMap copy;
  copy.reserve(state.size());
  for (const auto& [key, event_id] : state) {
    copy.try_emplace(StateKey{std::string(key.type), std::string(key.state_key)}, event_id);
  }
  return copy;
}

SplitState Split(absl::Span<const StateMap> states, AbsentKey absent) {
  SplitState split;
  const Slots slots = Gather(states);
  auto agrees = [&](const Slot& slot) {
    return slot.event_ids.size() == 1 && (slot.holders == states.size() || absent == AbsentKey::kAgrees);
  };
  split.unconflicted.reserve(slots.size());
  for (const auto& [key, slot] : slots) {
    if (agrees(slot)) {
      split.unconflicted.try_emplace(key, slot.event_ids[0]);
    } else {
      split.conflicts.push_back({key, slot.event_ids});
    }
  }
  split.conflicted_of.resize(states.size());
  for (size_t i = 0; i < states.size() && !split.conflicts.empty(); ++i) {
    for (const auto& [key, event_id] : states[i]) {
      if (!agrees(slots.at(StateKeyView{key.type, key.state_key}))) split.conflicted_of[i].push_back(event_id);
    }
  }
  return split;
}

}  // namespace plexus::matrix
