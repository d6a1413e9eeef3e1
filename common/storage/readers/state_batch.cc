#include "common/storage/readers/state_batch.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "common/storage/readers/event_columns.h"

namespace plexus::storage {
namespace {

// As in state.cc: chains with the numbers up to which they count, and after them their parents, nearest first.
constexpr std::string_view kAncestry = R"sql(
  ancestry(chain, seq, chain_nid, upto, level) AS (
    SELECT p.chain, p.seq, p.chain, p.seq, 0
    FROM (SELECT DISTINCT * FROM unnest($1::bigint[], $2::bigint[])) AS p(chain, seq)
    UNION ALL
    SELECT a.chain, a.seq, c.parent_nid, c.parent_seq, a.level + 1
    FROM ancestry a JOIN state_chain c ON c.chain_nid = a.chain_nid WHERE c.parent_nid <> 0))sql";

constexpr std::string_view kPoints = R"sql(
SELECT w.room_nid, e.state_chain, e.state_seq
FROM unnest($1::bigint[], $2::bigint[]) AS w(room_nid, position)
CROSS JOIN LATERAL (
  SELECT state_chain, state_seq FROM event
  WHERE room_nid = w.room_nid AND position <= w.position AND position IS NOT NULL AND NOT soft_failed
  ORDER BY position DESC LIMIT 1) e
)sql";

const std::string kStates = absl::StrCat("WITH RECURSIVE ", kAncestry, R"sql(
  , newest AS (
    SELECT DISTINCT ON (a.chain, a.seq, d.key_nid) a.chain, a.seq, d.event_nid
    FROM ancestry a JOIN state_delta d ON d.chain_nid = a.chain_nid AND d.seq <= a.upto
    JOIN state_key k ON k.key_nid = d.key_nid AND (NOT $3 OR k.type <> 'm.room.member')
    ORDER BY a.chain, a.seq, d.key_nid, a.level, d.seq DESC)
  SELECT )sql",
                                         kEventColumns, ", n.chain, n.seq FROM newest n ",
                                         "JOIN event e ON e.event_nid = n.event_nid ", kEventJoins);

const std::string kChanges = absl::StrCat(R"sql(
  WITH newest AS (
    SELECT DISTINCT ON (w.chain, d.key_nid) w.chain, w.upto, d.event_nid
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS w(chain, after, upto)
    JOIN state_delta d ON d.chain_nid = w.chain AND d.seq > w.after AND d.seq <= w.upto
    JOIN state_key k ON k.key_nid = d.key_nid AND (NOT $4 OR k.type <> 'm.room.member')
    ORDER BY w.chain, d.key_nid, d.seq DESC)
  SELECT )sql",
                                          kEventColumns, ", n.chain, n.upto FROM newest n ",
                                          "JOIN event e ON e.event_nid = n.event_nid ", kEventJoins);

const std::string kMembers = absl::StrCat("WITH RECURSIVE ", kAncestry, R"sql(
  , wanted AS (
    SELECT DISTINCT w.chain, w.seq, k.key_nid FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS w(chain, seq, user_id)
    JOIN state_key k ON k.shard = (w.chain & 255) AND k.type = 'm.room.member' AND k.state_key = w.user_id)
  SELECT )sql",
                                          kEventColumns, R"sql(, w.chain, w.seq
  FROM wanted w CROSS JOIN LATERAL (
    SELECT d.event_nid FROM ancestry a
    CROSS JOIN LATERAL (
      SELECT event_nid FROM state_delta
      WHERE chain_nid = a.chain_nid AND key_nid = w.key_nid AND seq <= a.upto ORDER BY seq DESC LIMIT 1) d
    WHERE a.chain = w.chain AND a.seq = w.seq ORDER BY a.level LIMIT 1) n
  JOIN event e ON e.event_nid = n.event_nid )sql",
                                          kEventJoins);

std::vector<StateAtPoint> ReadStates(const pqxx::result& rows) {
  std::vector<StateAtPoint> found;
  found.reserve(rows.size());
  for (const pqxx::row& row : rows) {
    const StatePoint point{row[kEventColumnCount].as<int64_t>(), row[kEventColumnCount + 1].as<int64_t>()};
    found.push_back({point, ReadEvent(row)});
  }
  return found;
}

}  // namespace

absl::StatusOr<std::vector<RoomStatePoint>> StatePointsAt(Source source, std::span<const RoomPosition> rooms) {
  if (rooms.empty()) return std::vector<RoomStatePoint>();
  std::vector<int64_t> nids, positions;
  for (const RoomPosition& room : rooms) {
    nids.push_back(room.room_nid);
    positions.push_back(room.position);
  }
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kPoints, BigintArray(nids), BigintArray(positions)));
  std::vector<RoomStatePoint> points;
  for (const pqxx::row& row : rows) {
    points.push_back({row[0].as<int64_t>(), {row[1].as<int64_t>(), row[2].as<int64_t>()}});
  }
  return points;
}

absl::StatusOr<std::vector<StateAtPoint>> StatesAt(Source source, std::span<const StatePoint> points,
                                                   bool without_members) {
  if (points.empty()) return std::vector<StateAtPoint>();
  std::vector<int64_t> chains, seqs;
  for (const StatePoint& point : points) {
    chains.push_back(point.chain);
    seqs.push_back(point.seq);
  }
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                          source.Query(kStates, BigintArray(chains), BigintArray(seqs), without_members));
  return ReadStates(rows);
}

absl::StatusOr<std::vector<StateAtPoint>> StateChangesIn(Source source, std::span<const StateStretch> stretches,
                                                         bool without_members) {
  if (stretches.empty()) return std::vector<StateAtPoint>();
  std::vector<int64_t> chains, from, to;
  for (const StateStretch& stretch : stretches) {
    chains.push_back(stretch.chain);
    from.push_back(stretch.from);
    to.push_back(stretch.to);
  }
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kChanges, BigintArray(chains), BigintArray(from),
                                                          BigintArray(to), without_members));
  return ReadStates(rows);
}

absl::StatusOr<std::vector<StateAtPoint>> MembersAt(Source source, std::span<const MemberAtPoint> wanted) {
  if (wanted.empty()) return std::vector<StateAtPoint>();
  std::vector<int64_t> chains, seqs;
  std::vector<std::string_view> users;
  for (const MemberAtPoint& member : wanted) {
    chains.push_back(member.point.chain);
    seqs.push_back(member.point.seq);
    users.push_back(member.user_id);
  }
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                          source.Query(kMembers, BigintArray(chains), BigintArray(seqs), TextArray(users)));
  return ReadStates(rows);
}

}  // namespace plexus::storage
