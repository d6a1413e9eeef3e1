#include "common/storage/readers/members.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "common/storage/readers/event_columns.h"

namespace plexus::storage {
namespace {

constexpr std::string_view kColumns = R"sql(
SELECT m.user_id, m.room_nid, r.room_id, r.shard, r.version, m.membership, m.previous, m.event_nid, m.position,
       m.sender, m.forgotten
FROM membership m JOIN room r ON r.room_nid = m.room_nid )sql";
const std::string kOfUser = absl::StrCat(kColumns, "WHERE m.user_id = $1");
const std::string kOfUserIn = absl::StrCat(kColumns, "WHERE m.user_id = $1 AND m.room_nid = ANY($2::bigint[])");
const std::string kOfRooms = absl::StrCat(kColumns, "WHERE m.room_nid = ANY($1::bigint[])");
const std::string kOfRoomsFiltered = absl::StrCat(kOfRooms, " AND m.membership = ANY($2::text[])");

constexpr std::string_view kCounts = R"sql(
SELECT room_nid, count(*) FILTER (WHERE membership = 'join'), count(*) FILTER (WHERE membership = 'invite')
FROM membership WHERE room_nid = ANY($1::bigint[]) AND membership IN ('join', 'invite') GROUP BY room_nid
)sql";

constexpr std::string_view kHeroes = R"sql(
SELECT w.room_nid, h.user_id FROM unnest($1::bigint[]) AS w(room_nid)
CROSS JOIN LATERAL (
  SELECT user_id, event_nid FROM (
    (SELECT 0 AS rank, user_id, event_nid FROM membership
     WHERE room_nid = w.room_nid AND membership IN ('join', 'invite') AND user_id <> $2 ORDER BY event_nid LIMIT $3)
    UNION ALL
    (SELECT 1, user_id, event_nid FROM membership
     WHERE room_nid = w.room_nid AND membership IN ('leave', 'ban') AND user_id <> $2
       AND NOT EXISTS (SELECT FROM membership WHERE room_nid = w.room_nid AND membership IN ('join', 'invite')
                       AND user_id <> $2)
     ORDER BY event_nid LIMIT $3)) candidates
  ORDER BY rank, event_nid LIMIT $3) h
ORDER BY w.room_nid, h.event_nid
)sql";

constexpr std::string_view kShared = R"sql(
SELECT o.user_id, o.room_nid FROM membership m
JOIN membership o ON o.room_nid = m.room_nid AND o.membership = 'join' AND o.user_id <> m.user_id
WHERE m.user_id = $1 AND m.membership = 'join'
)sql";
const std::string kSharedWith = absl::StrCat(kShared, " AND o.user_id = ANY($2::text[])");

std::vector<StoredMembership> ReadMemberships(const pqxx::result& rows) {
  std::vector<StoredMembership> memberships;
  memberships.reserve(rows.size());
  for (const pqxx::row& row : rows) {
    StoredMembership membership;
    membership.user_id = Text(row[0]);
    membership.room_nid = row[1].as<int64_t>();
    membership.room_id = Text(row[2]);
    membership.shard = row[3].as<int>();
    membership.room_version = Text(row[4]);
    membership.membership = Text(row[5]);
    membership.previous = Text(row[6]);
    membership.event_nid = row[7].as<int64_t>();
    membership.position = row[8].as<int64_t>();
    membership.sender = Text(row[9]);
    membership.forgotten = row[10].as<bool>();
    memberships.push_back(std::move(membership));
  }
  return memberships;
}

}  // namespace

absl::StatusOr<std::vector<StoredMembership>> MembershipsOf(Source source, const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kOfUser, user_id));
  return ReadMemberships(rows);
}

absl::StatusOr<std::vector<StoredMembership>> MembershipsIn(Source source, const std::string& user_id,
                                                            std::span<const int64_t> room_nids) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kOfUserIn, user_id, BigintArray(room_nids)));
  return ReadMemberships(rows);
}

absl::StatusOr<std::vector<StoredMembership>> MembersOf(Source source, std::span<const int64_t> room_nids,
                                                        std::span<const std::string> memberships) {
  if (memberships.empty()) {
    PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kOfRooms, BigintArray(room_nids)));
    return ReadMemberships(rows);
  }
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                          source.Query(kOfRoomsFiltered, BigintArray(room_nids), TextArray(memberships)));
  return ReadMemberships(rows);
}

absl::StatusOr<std::vector<MemberCounts>> CountMembers(Source source, std::span<const int64_t> room_nids) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kCounts, BigintArray(room_nids)));
  std::vector<MemberCounts> counts;
  for (const pqxx::row& row : rows) {
    counts.push_back({row[0].as<int64_t>(), row[1].as<int64_t>(), row[2].as<int64_t>()});
  }
  return counts;
}

absl::StatusOr<std::vector<RoomHeroes>> HeroesOf(Source source, std::span<const int64_t> room_nids,
                                                 const std::string& user_id, int limit) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kHeroes, BigintArray(room_nids), user_id, limit));
  std::vector<RoomHeroes> heroes;
  for (const pqxx::row& row : rows) {
    const int64_t room_nid = row[0].as<int64_t>();
    if (heroes.empty() || heroes.back().room_nid != room_nid) heroes.push_back({room_nid, {}});
    heroes.back().user_ids.push_back(Text(row[1]));
  }
  return heroes;
}

absl::StatusOr<std::vector<SharedRoom>> SharedRooms(Source source, const std::string& user_id,
                                                    std::span<const std::string> others) {
  absl::StatusOr<pqxx::result> rows =
      others.empty() ? source.Query(kShared, user_id) : source.Query(kSharedWith, user_id, TextArray(others));
  if (!rows.ok()) return rows.status();
  std::vector<SharedRoom> shared;
  for (const pqxx::row& row : *rows) shared.push_back({Text(row[0]), row[1].as<int64_t>()});
  return shared;
}

}  // namespace plexus::storage
