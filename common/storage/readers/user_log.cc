#include "common/storage/readers/user_log.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "common/storage/readers/event_columns.h"

namespace plexus::storage {
namespace {

using common::v1::UserLogBatch;
using common::v1::UserLogEntry;

constexpr std::string_view kHead = "SELECT head FROM shard WHERE kind = 2 AND id = $1";

constexpr std::string_view kAccountData = R"sql(
SELECT position, user_id, room_id, type, json FROM account_data
WHERE shard = $1 AND position > $2 AND position <= $3
)sql";

constexpr std::string_view kDeviceChanges = R"sql(
SELECT position, user_id, device_id, deleted FROM device_list_change
WHERE shard = $1 AND position > $2 AND position <= $3
)sql";

constexpr std::string_view kAccountDataOfUser = R"sql(
SELECT room_id, type, json, position FROM account_data
WHERE user_id = $1 AND position <= $3
  AND (position > $2 OR room_id = ANY($4::text[]) OR (room_id = '' AND type = ANY($5::text[])))
ORDER BY position
)sql";

constexpr std::string_view kChangedDevices = R"sql(
SELECT DISTINCT d.user_id
FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS w(shard, after, upto)
JOIN device_list_change d ON d.shard = w.shard AND d.position > w.after AND d.position <= w.upto
)sql";

UserLogEntry AccountDataEntry(const pqxx::row& row) {
  UserLogEntry entry;
  entry.set_position(row[0].as<int64_t>());
  entry.set_user_id(Text(row[1]));
  entry.mutable_account_data()->set_room_id(Text(row[2]));
  entry.mutable_account_data()->set_type(Text(row[3]));
  entry.mutable_account_data()->set_content_json(Text(row[4]));
  return entry;
}

UserLogEntry DeviceListEntry(const pqxx::row& row) {
  UserLogEntry entry;
  entry.set_position(row[0].as<int64_t>());
  entry.set_user_id(Text(row[1]));
  entry.mutable_device_list()->set_device_id(Text(row[2]));
  entry.mutable_device_list()->set_deleted(row[3].as<bool>());
  return entry;
}

}  // namespace

absl::StatusOr<UserLogBatch> ReadUserLog(Source source, int shard, int64_t after, int64_t limit) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result heads, source.Query(kHead, shard));
  if (heads.empty()) return absl::NotFoundError(absl::StrCat("no user shard ", shard));
  UserLogBatch batch;
  batch.set_first_position(after + 1);
  batch.set_last_position(std::max(after, std::min(after + limit, heads[0][0].as<int64_t>())));
  if (batch.last_position() == after) return batch;
  std::vector<UserLogEntry> entries;
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result data, source.Query(kAccountData, shard, after, batch.last_position()));
  for (const pqxx::row& row : data) entries.push_back(AccountDataEntry(row));
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result devices, source.Query(kDeviceChanges, shard, after, batch.last_position()));
  for (const pqxx::row& row : devices) entries.push_back(DeviceListEntry(row));
  std::sort(entries.begin(), entries.end(),
            [](const UserLogEntry& a, const UserLogEntry& b) { return a.position() < b.position(); });
  for (UserLogEntry& entry : entries) *batch.add_entries() = std::move(entry);
  return batch;
}

absl::StatusOr<std::vector<StoredAccountData>> AccountDataOf(Source source, const std::string& user_id,
                                                             const AccountDataSelection& selection) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                          source.Query(kAccountDataOfUser, user_id, selection.after, selection.upto,
                                       TextArray(selection.whole_rooms), TextArray(selection.always)));
  std::vector<StoredAccountData> found;
  for (const pqxx::row& row : rows) {
    found.push_back({Text(row[0]), Text(row[1]), Text(row[2]), row[3].as<int64_t>()});
  }
  return found;
}

absl::StatusOr<std::vector<std::string>> UsersWithChangedDevices(Source source, std::span<const int64_t> after,
                                                                 std::span<const int64_t> upto) {
  std::vector<int32_t> shards(after.size());
  std::iota(shards.begin(), shards.end(), 0);
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                          source.Query(kChangedDevices, IntArray(shards), BigintArray(after), BigintArray(upto)));
  std::vector<std::string> users;
  for (const pqxx::row& row : rows) users.push_back(Text(row[0]));
  return users;
}

}  // namespace plexus::storage
