// What a sync asks of the room logs: for many rooms at once, in a number of statements that does not grow with them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"
#include "common/storage/readers/stored_event.h"

namespace plexus::storage {

struct SyncHeads {
  int64_t timeline = 0;       // of the database
  std::vector<int64_t> room;  // by shard
  std::vector<int64_t> user;  // by shard
};
// All heads at one moment, in one statement.
absl::StatusOr<SyncHeads> ReadSyncHeads(Source source);

// The rooms with an event or a receipt at positions (after[i], upto[i]] of room shard i. Reads that whole range.
absl::StatusOr<std::vector<int64_t>> RoomsTouched(Source source, std::span<const int64_t> after,
                                                  std::span<const int64_t> upto);

// A room and a position of its shard's log.
struct RoomPosition {
  int64_t room_nid = 0;
  int64_t position = 0;
};

// The user's m.room.member events in each room, newest first, back to the first one at or before the position (that one
// included). By room. At most kMaxMemberHistory a room.
inline constexpr int kMaxMemberHistory = 200;
absl::StatusOr<std::vector<StoredEvent>> MemberHistory(Source source, const std::string& user_id,
                                                       std::span<const RoomPosition> rooms);

struct MemberChange {
  int64_t room_nid = 0;
  std::string user_id;
  std::string membership;  // now
};
// Members of each room whose m.room.member changed after the position.
absl::StatusOr<std::vector<MemberChange>> MembersChangedAfter(Source source, std::span<const RoomPosition> rooms);

}  // namespace plexus::storage
