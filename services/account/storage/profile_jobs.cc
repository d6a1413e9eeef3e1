#include "services/account/storage/profile_jobs.h"

#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "services/account/storage/hot_statements.h"

namespace plexus::account {

const std::string_view kJoinedRoomsAfter = R"sql(
  SELECT r.room_id, b.json
  FROM membership m JOIN room r ON r.room_nid = m.room_nid JOIN event_body b ON b.event_nid = m.event_nid
  WHERE m.user_id = $1 AND m.membership = 'join' AND r.room_id > $2
  ORDER BY r.room_id LIMIT $3)sql";

const std::string_view kJobsOfShards = R"sql(
  SELECT user_id FROM profile_job WHERE shard = ANY($1::smallint[]) LIMIT $2)sql";

namespace {

constexpr std::string_view kRestart = R"sql(
  INSERT INTO profile_job (user_id, shard, version) VALUES ($1, $2, 1)
  ON CONFLICT (user_id) DO UPDATE SET version = profile_job.version + 1, last_room = '')sql";

constexpr std::string_view kFind = "SELECT version, last_room FROM profile_job WHERE user_id = $1";

constexpr std::string_view kAdvance = "UPDATE profile_job SET last_room = $3 WHERE user_id = $1 AND version = $2";

constexpr std::string_view kFinish = "DELETE FROM profile_job WHERE user_id = $1 AND version = $2";

}  // namespace

absl::Status RestartProfileJob(storage::Source source, const std::string& user_id, int shard) {
  return source.Query(kRestart, user_id, shard).status();
}

absl::StatusOr<std::optional<ProfileJob>> FindProfileJob(storage::Source source, const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFind, user_id));
  if (rows.empty()) return std::nullopt;
  return ProfileJob{user_id, rows[0][0].as<int64_t>(), rows[0][1].as<std::string>()};
}

absl::StatusOr<std::vector<std::string>> UsersWithProfileJob(storage::Source source, const std::vector<int>& shards,
                                                             int limit) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kJobsOfShards, storage::IntArray(shards), limit));
  std::vector<std::string> users;
  for (const pqxx::row& row : rows) users.push_back(row[0].as<std::string>());
  return users;
}

absl::Status AdvanceProfileJob(storage::Source source, const ProfileJob& job, const std::string& last_room) {
  return source.Query(kAdvance, job.user_id, job.version, last_room).status();
}

absl::Status FinishProfileJob(storage::Source source, const ProfileJob& job) {
  return source.Query(kFinish, job.user_id, job.version).status();
}

absl::StatusOr<std::vector<JoinedRoom>> JoinedRoomsAfter(storage::Source source, const std::string& user_id,
                                                         const std::string& after, int limit) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kJoinedRoomsAfter, user_id, after, limit));
  std::vector<JoinedRoom> rooms;
  for (const pqxx::row& row : rows) rooms.push_back({row[0].as<std::string>(), row[1].as<std::string>()});
  return rooms;
}

}  // namespace plexus::account
