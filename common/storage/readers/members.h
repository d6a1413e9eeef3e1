// Who is in which room, now. (Memberships at an event are state: state.h.)
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"

namespace plexus::storage {

struct StoredMembership {
  std::string user_id;
  int64_t room_nid = 0;
  std::string room_id;
  int shard = 0;
  std::string room_version;
  std::string membership;  // join, invite, knock, leave, ban
  std::string previous;    // the one before; empty: none
  int64_t event_nid = 0;   // the m.room.member event
  int64_t position = 0;    // its place in the log of the room's shard
  std::string sender;      // its sender
  bool forgotten = false;  // by the user, after leaving
};

// Every room that the user ever had to do with.
absl::StatusOr<std::vector<StoredMembership>> MembershipsOf(Source source, const std::string& user_id);
// The user's memberships in some rooms.
absl::StatusOr<std::vector<StoredMembership>> MembershipsIn(Source source, const std::string& user_id,
                                                            std::span<const int64_t> room_nids);
// The members of rooms whose membership is one of `memberships` ("join"); all of them if that is empty.
absl::StatusOr<std::vector<StoredMembership>> MembersOf(Source source, std::span<const int64_t> room_nids,
                                                        std::span<const std::string> memberships);

struct MemberCounts {
  int64_t room_nid = 0;
  int64_t joined = 0;
  int64_t invited = 0;
};
absl::StatusOr<std::vector<MemberCounts>> CountMembers(Source source, std::span<const int64_t> room_nids);

struct RoomHeroes {
  int64_t room_nid = 0;
  std::vector<std::string> user_ids;  // earliest member event first
};
// Up to `limit` members but `user_id` for each room: joined or invited ones, or those who left if there are none.
// Client-Server API, "GET /sync", RoomSummary.
absl::StatusOr<std::vector<RoomHeroes>> HeroesOf(Source source, std::span<const int64_t> room_nids,
                                                 const std::string& user_id, int limit = 5);

struct SharedRoom {
  std::string user_id;
  int64_t room_nid = 0;
};
// Rooms in which both `user_id` and the other are joined, for each of `others`; for everybody if that is empty.
absl::StatusOr<std::vector<SharedRoom>> SharedRooms(Source source, const std::string& user_id,
                                                    std::span<const std::string> others);

}  // namespace plexus::storage
