// The state of rooms: now, and at any event.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"
#include "common/storage/readers/stored_event.h"

namespace plexus::storage {

struct TypeAndKey {
  std::string type;
  std::string state_key;
};

// Which part of a room's state is wanted.
struct StateSelection {
  // Everything, but of m.room.member only those of `members`.
  static StateSelection LazyMembers(std::vector<std::string> members);
  // Everything of one type.
  static StateSelection OfType(std::string type);
  static StateSelection Everything() { return {}; }

  // "" is no restriction; else only this type…
  std::string only_type;
  // … and if `lazy`, members of `members` alone.
  bool lazy = false;
  std::vector<std::string> members;
};

// The current state, in no order.
absl::StatusOr<std::vector<StoredEvent>> CurrentState(Source source, std::span<const int64_t> room_nids,
                                                      const StateSelection& selection = {});
// Some keys of the current state of rooms; what is absent is left out.
absl::StatusOr<std::vector<StoredEvent>> CurrentStateEvents(Source source, std::span<const int64_t> room_nids,
                                                            std::span<const TypeAndKey> keys);

// The state at a point, in no order.
absl::StatusOr<std::vector<StoredEvent>> StateAt(Source source, StatePoint point, const StateSelection& selection = {});

// One key's event at one of several points.
struct StateAtPoint {
  StatePoint point;
  StoredEvent event;
};
// Each of `keys` at each of `points` (of one shard; duplicates are wasteful but allowed): for visibility checks of a
// page of events. What is absent is left out.
absl::StatusOr<std::vector<StateAtPoint>> StateEventsAt(Source source, std::span<const StatePoint> points,
                                                        std::span<const TypeAndKey> keys);

}  // namespace plexus::storage
