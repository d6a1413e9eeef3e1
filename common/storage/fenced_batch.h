// Group commit: one statement that advances the heads of several shards and inserts their rows, or does not.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/session.h"
#include "common/storage/shard.h"

namespace plexus::storage {

// The advance of one shard's log by entries old_head + 1 … new_head. old_head == new_head is allowed (rows without a
// position, next_nid growing): such a statement must be safe to repeat, ON CONFLICT DO NOTHING.
struct ShardAdvance {
  ShardId shard;
  int64_t lease_id = 0;
  int64_t old_head = 0;
  int64_t new_head = 0;
  int64_t next_nid = 0;  // value to be stored
};

enum class FenceOutcome {
  kCommitted,        // the rows are stored, the answer has been seen
  kCommittedUnseen,  // the rows are stored; what RETURNING said of them was lost with the connection
  kNotWritten,       // the lease is gone; nothing of this shard was stored
  kUnknown,  // the lease is gone and so is the answer: look the rows up by their ids. It will not change any more
};

struct FencedBatchResult {
  std::vector<FenceOutcome> outcomes;  // one for each advance, in the order given
  pqxx::result rows;                   // what the statement returned, of the attempt that was answered
};

// A statement for FencedBatch is `kFenceClause` + its own CTEs + a final SELECT. The clause takes $1 … $6 and defines
// `fence(kind, id)`: the shards that are still ours, locked in order of (kind, id) and advanced. In READ COMMITTED a
// fence that fails does not stop its sibling inserts, so each of them must select from its batch joined to it:
//
//   static const std::string kInsert = absl::StrCat(storage::kFenceClause, R"sql(
//     , stored AS (
//         INSERT INTO event (event_nid, event_id, …)
//         SELECT b.event_nid, b.event_id, …
//         FROM unnest($7::smallint[], $8::bigint[], $9::text[], …) AS b(shard, event_nid, event_id, …)
//         JOIN fence f ON f.kind = 1 AND f.id = b.shard
//         ON CONFLICT DO NOTHING RETURNING event_nid)
//     SELECT f.kind AS fence_kind, f.id AS fence_id, s.event_nid
//     FROM fence f LEFT JOIN stored s ON (s.event_nid & 255) = f.id)sql");
//
// The final SELECT has columns fence_kind and fence_id and at least one row for each row of fence.
inline constexpr std::string_view kFenceClause = R"sql(
WITH want AS (
  SELECT * FROM unnest($1::smallint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
    AS w(kind, id, lease_id, old_head, new_head, next_nid)),
locked AS MATERIALIZED (
  SELECT w.* FROM shard s JOIN want w ON s.kind = w.kind AND s.id = w.id
  WHERE s.lease_id = w.lease_id AND s.head = w.old_head
  ORDER BY s.kind, s.id FOR UPDATE OF s),
fence AS (
  UPDATE shard s SET head = l.new_head, next_nid = l.next_nid
  FROM locked l
  WHERE s.kind = l.kind AND s.id = l.id AND s.lease_id = l.lease_id AND s.head = l.old_head
  RETURNING s.kind, s.id)
)sql";

// Executes such a statement with `parameters` for $7 …. At most one batch may be in flight for a shard. When the
// connection is lost before the answer, finds out on a new one, shard by shard, whether it was committed, and repeats
// the statement if not, within bounds. An error means that nothing was stored, unless CommitOutcomeOf(status) is
// kUnknown (Postgres stayed unreachable): the caller then gives its shards up, or calls ResolveOutcomes later.
absl::StatusOr<FencedBatchResult> FencedBatch(Session& session, std::string_view sql,
                                              std::span<const ShardAdvance> advances,
                                              std::vector<Parameter> parameters);

// What became of advances whose outcome is unknown. Waits for a backend that still executes them (row locks).
// kNotWritten means here: the old head and our lease are in place, the batch may be sent again, even though the first
// one might yet arrive: whichever comes second finds the head moved and writes nothing.
enum class Resolution { kCommitted, kRetry, kLeaseGone };
absl::StatusOr<std::vector<Resolution>> ResolveOutcomes(Session& session, std::span<const ShardAdvance> advances);

// Head and next row number of a shard that we own, after an outcome that stayed unknown: waits for what may still
// execute. FailedPrecondition if the lease is gone.
struct ShardHead {
  int64_t head = 0;
  int64_t next_nid = 0;
};
absl::StatusOr<ShardHead> ReadOwnHead(Session& session, ShardId shard, int64_t lease_id);

}  // namespace plexus::storage
