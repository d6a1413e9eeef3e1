// The state of many rooms at points of their history, in one statement each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"
#include "common/storage/readers/state.h"
#include "common/storage/readers/sync_log.h"

namespace plexus::storage {

struct RoomStatePoint {
  int64_t room_nid = 0;
  StatePoint point;
};
// The state after the newest event of each room at or before the position. Rooms without one are left out.
absl::StatusOr<std::vector<RoomStatePoint>> StatePointsAt(Source source, std::span<const RoomPosition> rooms);

// The whole state at each point, in no order; without m.room.member events if `without_members`.
absl::StatusOr<std::vector<StateAtPoint>> StatesAt(Source source, std::span<const StatePoint> points,
                                                   bool without_members);

// Entries (from, to] of one chain.
struct StateStretch {
  int64_t chain = 0;
  int64_t from = 0;
  int64_t to = 0;
};
// For every key that changed in a stretch its last event there, with the point {chain, to}.
absl::StatusOr<std::vector<StateAtPoint>> StateChangesIn(Source source, std::span<const StateStretch> stretches,
                                                         bool without_members);

struct MemberAtPoint {
  StatePoint point;
  std::string user_id;
};
// The m.room.member event of each pair; what is absent is left out.
absl::StatusOr<std::vector<StateAtPoint>> MembersAt(Source source, std::span<const MemberAtPoint> wanted);

}  // namespace plexus::storage
