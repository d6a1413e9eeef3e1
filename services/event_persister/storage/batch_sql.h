// The parts of the batch statement. Each follows storage::kFenceClause and takes its rows from a join with `fence`: the
// rows of a shard that is no longer ours vanish. The shard of a row is its number & 255. '?' stands for a parameter.
// Constraints are left to fail: a violated one rolls back the whole statement, and the committer looks for the culprit.
#pragma once

#include <string_view>

namespace plexus::event_persister::sql {

inline constexpr std::string_view kRooms = R"sql(
, new_room AS MATERIALIZED (
  SELECT b.* FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::boolean[], ?::bigint[], ?::bigint[],
                         ?::text[])
    AS b(room_nid, room_id, version, creator, published, created_ts, chain_nid, creation_id)
  JOIN fence f ON f.kind = 1 AND f.id = (b.room_nid & 255))
, room_stored AS (
  INSERT INTO room (room_nid, room_id, shard, version, creator, published, created_ts, creation_id)
  SELECT room_nid, room_id, room_nid & 255, version, creator, published, created_ts, creation_id FROM new_room)
, chain_stored AS (
  INSERT INTO state_chain (chain_nid, room_nid) SELECT chain_nid, room_nid FROM new_room)
)sql";

inline constexpr std::string_view kEvents = R"sql(
, new_event AS MATERIALIZED (
  SELECT b.* FROM unnest(?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[],
                         ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[])
    AS b(event_nid, room_nid, event_id, position, depth, ts, type, state_key, sender, chain, seq, redacts, replaces,
         json)
  JOIN fence f ON f.kind = 1 AND f.id = (b.event_nid & 255))
, event_stored AS (
  INSERT INTO event (event_nid, room_nid, event_id, position, depth, origin_server_ts, type, state_key, sender,
                     state_chain, state_seq, redacts_nid, replaces_nid)
  SELECT event_nid, room_nid, event_id, position, depth, ts, type, state_key, sender, chain, seq, redacts, replaces
  FROM new_event)
, body_stored AS (INSERT INTO event_body (event_nid, json) SELECT event_nid, json FROM new_event)
)sql";

inline constexpr std::string_view kEdges = R"sql(
, edge_stored AS (
  INSERT INTO event_edge (event_nid, parent_nid)
  SELECT b.* FROM unnest(?::bigint[], ?::bigint[]) AS b(event_nid, parent_nid)
  JOIN fence f ON f.kind = 1 AND f.id = (b.event_nid & 255))
)sql";

inline constexpr std::string_view kAuth = R"sql(
, auth_stored AS (
  INSERT INTO event_auth (event_nid, auth_nid)
  SELECT b.* FROM unnest(?::bigint[], ?::bigint[]) AS b(event_nid, auth_nid)
  JOIN fence f ON f.kind = 1 AND f.id = (b.event_nid & 255))
)sql";

inline constexpr std::string_view kExtremitiesGone = R"sql(
, extremity_gone AS (
  DELETE FROM forward_extremity x
  USING unnest(?::bigint[], ?::bigint[]) AS b(room_nid, event_nid) JOIN fence f ON f.kind = 1 AND f.id = (b.room_nid & 255)
  WHERE x.room_nid = b.room_nid AND x.event_nid = b.event_nid)
)sql";

inline constexpr std::string_view kExtremitiesNew = R"sql(
, extremity_stored AS (
  INSERT INTO forward_extremity (room_nid, event_nid)
  SELECT b.* FROM unnest(?::bigint[], ?::bigint[]) AS b(room_nid, event_nid)
  JOIN fence f ON f.kind = 1 AND f.id = (b.room_nid & 255))
)sql";

inline constexpr std::string_view kTransactions = R"sql(
, transaction_stored AS (
  INSERT INTO client_transaction (room_nid, user_id, device_id, type, txn_id, event_nid, created_ts)
  SELECT b.* FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[])
    AS b(room_nid, user_id, device_id, type, txn_id, event_nid, created_ts)
  JOIN fence f ON f.kind = 1 AND f.id = (b.event_nid & 255))
)sql";

// A key that has no number yet gets the one that came along.
inline constexpr std::string_view kStateHistory = R"sql(
, change AS MATERIALIZED (
  SELECT b.*, f.id AS shard
  FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[])
    AS b(key_nid, chain_nid, seq, event_nid, type, state_key)
  JOIN fence f ON f.kind = 1 AND f.id = (b.event_nid & 255))
, key_stored AS (
  INSERT INTO state_key (key_nid, shard, type, state_key) SELECT key_nid, shard, type, state_key FROM change
  ON CONFLICT (shard, type, state_key) DO NOTHING RETURNING key_nid, shard, type, state_key)
, change_stored AS (
  INSERT INTO state_delta (chain_nid, key_nid, seq, event_nid)
  SELECT c.chain_nid, coalesce(o.key_nid, n.key_nid), c.seq, c.event_nid FROM change c
  LEFT JOIN state_key o ON o.shard = c.shard AND o.type = c.type AND o.state_key = c.state_key
  LEFT JOIN key_stored n ON n.shard = c.shard AND n.type = c.type AND n.state_key = c.state_key)
)sql";

inline constexpr std::string_view kCurrentState = R"sql(
, state_stored AS (
  INSERT INTO current_state (room_nid, type, state_key, event_nid)
  SELECT b.* FROM unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[]) AS b(room_nid, type, state_key, event_nid)
  JOIN fence f ON f.kind = 1 AND f.id = (b.room_nid & 255)
  ON CONFLICT (room_nid, type, state_key) DO UPDATE SET event_nid = excluded.event_nid)
)sql";

inline constexpr std::string_view kMemberships = R"sql(
, membership_stored AS (
  INSERT INTO membership (user_id, room_nid, membership, event_nid, position, sender, previous, forgotten)
  SELECT b.* FROM unnest(?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::boolean[])
    AS b(user_id, room_nid, membership, event_nid, position, sender, previous, forgotten)
  JOIN fence f ON f.kind = 1 AND f.id = (b.room_nid & 255)
  ON CONFLICT (user_id, room_nid) DO UPDATE SET membership = excluded.membership, event_nid = excluded.event_nid,
    position = excluded.position, sender = excluded.sender, previous = excluded.previous,
    forgotten = excluded.forgotten)
)sql";

// The first redaction of an event stays the one in force.
inline constexpr std::string_view kRedactions = R"sql(
, redaction AS MATERIALIZED (
  SELECT b.* FROM unnest(?::bigint[], ?::bigint[], ?::text[]) AS b(target, redaction_nid, json)
  JOIN fence f ON f.kind = 1 AND f.id = (b.target & 255))
, body_redacted AS (
  UPDATE event_body b SET json = r.json FROM redaction r WHERE b.event_nid = r.target)
, event_redacted AS (
  UPDATE event e SET redacted_by = r.redaction_nid FROM redaction r
  WHERE e.event_nid = r.target AND e.redacted_by = 0)
)sql";

inline constexpr std::string_view kReceipts = R"sql(
, receipt_stored AS (
  INSERT INTO receipt (room_nid, user_id, receipt_type, thread_id, event_id, event_nid, ts, shard, position)
  SELECT b.room_nid, b.user_id, b.receipt_type, b.thread_id, b.event_id, b.event_nid, b.ts, f.id, b.position
  FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[])
    AS b(room_nid, user_id, receipt_type, thread_id, event_id, event_nid, ts, position)
  JOIN fence f ON f.kind = 1 AND f.id = (b.room_nid & 255)
  ON CONFLICT (room_nid, receipt_type, user_id, thread_id) DO UPDATE SET event_id = excluded.event_id,
    event_nid = excluded.event_nid, ts = excluded.ts, position = excluded.position)
)sql";

inline constexpr std::string_view kForgets = R"sql(
, forget_stored AS (
  INSERT INTO room_forget (shard, position, room_nid, user_id)
  SELECT f.id, b.position, b.room_nid, b.user_id
  FROM unnest(?::bigint[], ?::text[], ?::bigint[]) AS b(room_nid, user_id, position)
  JOIN fence f ON f.kind = 1 AND f.id = (b.room_nid & 255))
, membership_forgotten AS (
  UPDATE membership m SET forgotten = true
  FROM unnest(?::bigint[], ?::text[]) AS b(room_nid, user_id) JOIN fence f ON f.kind = 1 AND f.id = (b.room_nid & 255)
  WHERE m.room_nid = b.room_nid AND m.user_id = b.user_id)
)sql";

inline constexpr std::string_view kNewAliases = R"sql(
, alias_stored AS (
  INSERT INTO room_alias (alias, room_nid, creator)
  SELECT b.* FROM unnest(?::text[], ?::bigint[], ?::text[]) AS b(alias, room_nid, creator)
  JOIN fence f ON f.kind = 1 AND f.id = (b.room_nid & 255))
)sql";

inline constexpr std::string_view kRemovedAliases = R"sql(
, alias_removed AS (
  DELETE FROM room_alias a USING unnest(?::text[], ?::bigint[]) AS b(alias, room_nid)
  JOIN fence f ON f.kind = 1 AND f.id = (b.room_nid & 255)
  WHERE a.alias = b.alias AND a.room_nid = b.room_nid)
)sql";

inline constexpr std::string_view kVisibility = R"sql(
, visibility_stored AS (
  UPDATE room r SET published = b.published FROM unnest(?::bigint[], ?::boolean[]) AS b(room_nid, published)
  JOIN fence f ON f.kind = 1 AND f.id = (b.room_nid & 255)
  WHERE r.room_nid = b.room_nid)
)sql";

inline constexpr std::string_view kFinish = R"sql(
SELECT kind AS fence_kind, id AS fence_id FROM fence)sql";

}  // namespace plexus::event_persister::sql
