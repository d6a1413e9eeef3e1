#include "common/storage/readers/sync_log.h"

#include <numeric>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "common/storage/readers/event_columns.h"

namespace plexus::storage {
namespace {

constexpr std::string_view kHeads = R"sql(
SELECT kind::int, id::int, head FROM shard
UNION ALL SELECT 0, 0, value::bigint FROM meta WHERE key = 'timeline'
ORDER BY 1, 2
)sql";

constexpr std::string_view kTouched = R"sql(
SELECT e.room_nid
FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS w(shard, after, upto)
JOIN event e ON (e.event_nid & 255) = w.shard AND e.position > w.after AND e.position <= w.upto
  AND e.position IS NOT NULL
UNION
SELECT c.room_nid
FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS w(shard, after, upto)
JOIN receipt c ON c.shard = w.shard AND c.position > w.after AND c.position <= w.upto
)sql";

const std::string kHistory = absl::StrCat(R"sql(
WITH RECURSIVE history(room_nid, after, event_nid, level) AS (
  SELECT w.room_nid, w.after, m.event_nid, 1
  FROM unnest($2::bigint[], $3::bigint[]) AS w(room_nid, after)
  JOIN membership m ON m.room_nid = w.room_nid AND m.user_id = $1
  UNION ALL
  SELECT h.room_nid, h.after, e.replaces_nid, h.level + 1
  FROM history h JOIN event e ON e.event_nid = h.event_nid
  WHERE e.position > h.after AND e.replaces_nid <> 0 AND h.level < $4)
SELECT )sql",
                                          kEventColumns, " FROM history h JOIN event e ON e.event_nid = h.event_nid ",
                                          kEventJoins, " ORDER BY h.room_nid, h.level");

constexpr std::string_view kChanged = R"sql(
SELECT m.room_nid, m.user_id, m.membership
FROM unnest($1::bigint[], $2::bigint[]) AS w(room_nid, after)
JOIN membership m ON m.room_nid = w.room_nid AND m.position > w.after
)sql";

struct RoomColumns {
  std::string rooms, positions;
};

RoomColumns Columns(std::span<const RoomPosition> rooms) {
  std::vector<int64_t> nids, positions;
  for (const RoomPosition& room : rooms) {
    nids.push_back(room.room_nid);
    positions.push_back(room.position);
  }
  return {BigintArray(nids), BigintArray(positions)};
}

}  // namespace

absl::StatusOr<SyncHeads> ReadSyncHeads(Source source) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kHeads));
  SyncHeads heads;
  for (const pqxx::row& row : rows) {
    const int kind = row[0].as<int>();
    const int64_t value = row[2].as<int64_t>();
    if (kind == 0) {
      heads.timeline = value;
    } else {
      (kind == 1 ? heads.room : heads.user).push_back(value);
    }
  }
  return heads;
}

absl::StatusOr<std::vector<int64_t>> RoomsTouched(Source source, std::span<const int64_t> after,
                                                  std::span<const int64_t> upto) {
  std::vector<int32_t> shards(after.size());
  std::iota(shards.begin(), shards.end(), 0);
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                          source.Query(kTouched, IntArray(shards), BigintArray(after), BigintArray(upto)));
  std::vector<int64_t> rooms;
  for (const pqxx::row& row : rows) rooms.push_back(row[0].as<int64_t>());
  return rooms;
}

absl::StatusOr<std::vector<StoredEvent>> MemberHistory(Source source, const std::string& user_id,
                                                       std::span<const RoomPosition> rooms) {
  if (rooms.empty()) return std::vector<StoredEvent>();
  const RoomColumns columns = Columns(rooms);
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                          source.Query(kHistory, user_id, columns.rooms, columns.positions, kMaxMemberHistory));
  return ReadEvents(rows);
}

absl::StatusOr<std::vector<MemberChange>> MembersChangedAfter(Source source, std::span<const RoomPosition> rooms) {
  if (rooms.empty()) return std::vector<MemberChange>();
  const RoomColumns columns = Columns(rooms);
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kChanged, columns.rooms, columns.positions));
  std::vector<MemberChange> changes;
  for (const pqxx::row& row : rows) changes.push_back({row[0].as<int64_t>(), Text(row[1]), Text(row[2])});
  return changes;
}

}  // namespace plexus::storage
