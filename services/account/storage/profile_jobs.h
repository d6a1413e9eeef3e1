// Table profile_job: profile changes that have yet to reach the users' member events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"

namespace plexus::account {

struct ProfileJob {
  std::string user_id;
  int64_t version = 0;    // of the profile that shall be spread
  std::string last_room;  // rooms up to this id are done
};

// The user's profile has changed: begins anew.
absl::Status RestartProfileJob(storage::Source source, const std::string& user_id, int shard);

absl::StatusOr<std::optional<ProfileJob>> FindProfileJob(storage::Source source, const std::string& user_id);

// Users of these shards that have a job, at most `limit`.
absl::StatusOr<std::vector<std::string>> UsersWithProfileJob(storage::Source source, const std::vector<int>& shards,
                                                             int limit);

// Both do nothing if the job was restarted since `job` was read.
absl::Status AdvanceProfileJob(storage::Source source, const ProfileJob& job, const std::string& last_room);
absl::Status FinishProfileJob(storage::Source source, const ProfileJob& job);

// A room that the user is joined to, with the member event's content as JSON.
struct JoinedRoom {
  std::string room_id;
  std::string member_event_json;
};

// In order of room id, after the room `after`, at most `limit`.
absl::StatusOr<std::vector<JoinedRoom>> JoinedRoomsAfter(storage::Source source, const std::string& user_id,
                                                         const std::string& after, int limit);

}  // namespace plexus::account
