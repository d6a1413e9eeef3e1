#include "common/storage/readers/state.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "common/storage/readers/event_columns.h"

namespace plexus::storage {
namespace {

// Chains $1 with the numbers $2 up to which they count, and after them their parents, nearest first.
constexpr std::string_view kAncestry = R"sql(
  ancestry(chain, seq, chain_nid, upto, level) AS (
    SELECT p.chain, p.seq, p.chain, p.seq, 0
    FROM (SELECT DISTINCT * FROM unnest($1::bigint[], $2::bigint[])) AS p(chain, seq)
    UNION ALL
    SELECT a.chain, a.seq, c.parent_nid, c.parent_seq, a.level + 1
    FROM ancestry a JOIN state_chain c ON c.chain_nid = a.chain_nid WHERE c.parent_nid <> 0))sql";

// $3: only this type or ''; $4: whether members are restricted to $5.
constexpr std::string_view kSelected = R"sql(
  ($3 = '' OR k.type = $3) AND (NOT $4 OR k.type <> 'm.room.member' OR k.state_key = ANY($5::text[])) )sql";

const std::string kCurrent = absl::StrCat(
    "SELECT ", kEventColumns, " FROM current_state k JOIN event e ON e.event_nid = k.event_nid ", kEventJoins,
    R"sql( WHERE k.room_nid = ANY($1::bigint[]) AND ($2 = '' OR k.type = $2)
                   AND (NOT $3 OR k.type <> 'm.room.member' OR k.state_key = ANY($4::text[])))sql");

const std::string kCurrentOfType =
    absl::StrCat("SELECT ", kEventColumns, " FROM current_state k JOIN event e ON e.event_nid = k.event_nid ",
                 kEventJoins, " WHERE k.room_nid = ANY($1::bigint[]) AND k.type = $2");

const std::string kCurrentEvents = absl::StrCat("SELECT ", kEventColumns, R"sql(
  FROM unnest($1::bigint[]) AS w(room_nid) CROSS JOIN unnest($2::text[], $3::text[]) AS p(type, state_key)
  JOIN current_state k ON k.room_nid = w.room_nid AND k.type = p.type AND k.state_key = p.state_key
  JOIN event e ON e.event_nid = k.event_nid )sql",
                                                kEventJoins);

const std::string kAt = absl::StrCat("WITH RECURSIVE ", kAncestry, R"sql(
  , newest AS (
    SELECT DISTINCT ON (d.key_nid) d.key_nid, d.event_nid
    FROM ancestry a JOIN state_delta d ON d.chain_nid = a.chain_nid AND d.seq <= a.upto
    ORDER BY d.key_nid, a.level, d.seq DESC)
  SELECT )sql",
                                     kEventColumns, R"sql(
  FROM newest n JOIN state_key k ON k.key_nid = n.key_nid JOIN event e ON e.event_nid = n.event_nid )sql",
                                     kEventJoins, " WHERE ", kSelected);

// $3, $4: types and state keys. One probe of state_delta for each point, key and level of the (bounded) ancestry.
const std::string kEventsAt = absl::StrCat("WITH RECURSIVE ", kAncestry, R"sql(
  , wanted AS (
    SELECT DISTINCT a.chain, a.seq, k.key_nid
    FROM ancestry a CROSS JOIN unnest($3::text[], $4::text[]) AS p(type, state_key)
    JOIN state_key k ON k.shard = (a.chain & 255) AND k.type = p.type AND k.state_key = p.state_key)
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

struct KeyArrays {
  std::string types, state_keys;
};

KeyArrays Columns(std::span<const TypeAndKey> keys) {
  std::vector<std::string_view> types, state_keys;
  for (const TypeAndKey& key : keys) {
    types.push_back(key.type);
    state_keys.push_back(key.state_key);
  }
  return {TextArray(types), TextArray(state_keys)};
}

}  // namespace

StateSelection StateSelection::LazyMembers(std::vector<std::string> members) {
  StateSelection selection;
  selection.lazy = true;
  selection.members = std::move(members);
  return selection;
}

StateSelection StateSelection::OfType(std::string type) {
  StateSelection selection;
  selection.only_type = std::move(type);
  return selection;
}

absl::StatusOr<std::vector<StoredEvent>> CurrentState(Source source, std::span<const int64_t> room_nids,
                                                      const StateSelection& selection) {
  if (!selection.lazy && !selection.only_type.empty()) {
    PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                            source.Query(kCurrentOfType, BigintArray(room_nids), selection.only_type));
    return ReadEvents(rows);
  }
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kCurrent, BigintArray(room_nids), selection.only_type,
                                                          selection.lazy, TextArray(selection.members)));
  return ReadEvents(rows);
}

absl::StatusOr<std::vector<StoredEvent>> CurrentStateEvents(Source source, std::span<const int64_t> room_nids,
                                                            std::span<const TypeAndKey> keys) {
  const KeyArrays columns = Columns(keys);
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                          source.Query(kCurrentEvents, BigintArray(room_nids), columns.types, columns.state_keys));
  return ReadEvents(rows);
}

absl::StatusOr<std::vector<StoredEvent>> StateAt(Source source, StatePoint point, const StateSelection& selection) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kAt, BigintArray(std::span(&point.chain, 1)),
                                                          BigintArray(std::span(&point.seq, 1)), selection.only_type,
                                                          selection.lazy, TextArray(selection.members)));
  return ReadEvents(rows);
}

absl::StatusOr<std::vector<StateAtPoint>> StateEventsAt(Source source, std::span<const StatePoint> points,
                                                        std::span<const TypeAndKey> keys) {
  if (points.empty() || keys.empty()) return std::vector<StateAtPoint>();
  std::vector<int64_t> chains, seqs;
  for (const StatePoint& point : points) {
    chains.push_back(point.chain);
    seqs.push_back(point.seq);
  }
  const KeyArrays columns = Columns(keys);
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kEventsAt, BigintArray(chains), BigintArray(seqs),
                                                          columns.types, columns.state_keys));
  std::vector<StateAtPoint> found;
  for (const pqxx::row& row : rows) {
    const StatePoint point{row[kEventColumnCount].as<int64_t>(), row[kEventColumnCount + 1].as<int64_t>()};
    found.push_back({point, ReadEvent(row)});
  }
  return found;
}

}  // namespace plexus::storage
