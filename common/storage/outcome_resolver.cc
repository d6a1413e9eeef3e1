#include "common/storage/outcome_resolver.h"

#include <algorithm>
#include <map>

#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "common/storage/array.h"

namespace plexus::storage {
namespace {

// FOR UPDATE waits for a backend that still holds the row: one that goes on although its client is gone. In order, as
// everything that locks several shards.
constexpr char kLockShards[] = R"sql(
SELECT s.kind, s.id, s.lease_id, s.head
FROM shard s JOIN unnest($1::smallint[], $2::smallint[]) AS w(kind, id) ON s.kind = w.kind AND s.id = w.id
ORDER BY s.kind, s.id FOR UPDATE OF s)sql";

constexpr char kReadOwn[] = "SELECT head, next_nid FROM shard WHERE kind = $1 AND id = $2 AND lease_id = $3 FOR UPDATE";

constexpr absl::Duration kFirstPause = absl::Milliseconds(10);
constexpr absl::Duration kLongestPause = absl::Milliseconds(500);

struct Row {
  int64_t lease_id = 0;
  int64_t head = 0;
};

Resolution Judge(const ShardAdvance& advance, const Row& row) {
  if (row.lease_id != advance.lease_id) return Resolution::kLeaseGone;
  // Under one lease nobody else moves the head, and one batch is in flight at a time.
  if (row.head == advance.new_head) return Resolution::kCommitted;
  return row.head == advance.old_head ? Resolution::kRetry : Resolution::kLeaseGone;
}

absl::StatusOr<std::vector<Resolution>> ResolveOnNewConnection(Session& session,
                                                               std::span<const ShardAdvance> advances) {
  PLEXUS_RETURN_IF_ERROR(session.Reconnect());
  return ResolveOutcomes(session, advances);
}

}  // namespace

absl::StatusOr<std::vector<Resolution>> ResolveOutcomes(Session& session, std::span<const ShardAdvance> advances) {
  std::vector<int32_t> kinds, ids;
  for (const ShardAdvance& advance : advances) {
    kinds.push_back(static_cast<int32_t>(advance.shard.kind));
    ids.push_back(advance.shard.id);
  }
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kLockShards, IntArray(kinds), IntArray(ids)));
  std::map<ShardId, Row> found;
  for (const auto& row : rows) {
    ShardId shard{static_cast<ShardKind>(row["kind"].as<int>()), row["id"].as<int>()};
    found[shard] = {.lease_id = row["lease_id"].as<int64_t>(), .head = row["head"].as<int64_t>()};
  }
  std::vector<Resolution> resolutions;
  for (const ShardAdvance& advance : advances) resolutions.push_back(Judge(advance, found[advance.shard]));
  return resolutions;
}

absl::StatusOr<ShardHead> ReadOwnHead(Session& session, ShardId shard, int64_t lease_id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kReadOwn, static_cast<int>(shard.kind), shard.id, lease_id));
  if (rows.empty()) return absl::FailedPreconditionError("the lease on the shard is gone");
  return ShardHead{.head = rows[0]["head"].as<int64_t>(), .next_nid = rows[0]["next_nid"].as<int64_t>()};
}

absl::StatusOr<std::vector<Resolution>> ResolveAfterLoss(Session& session, std::span<const ShardAdvance> advances) {
  absl::Time deadline = absl::Now() + kResolveBudget;
  for (absl::Duration pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    absl::StatusOr<std::vector<Resolution>> resolutions = ResolveOnNewConnection(session, advances);
    if (resolutions.ok() || !absl::IsUnavailable(resolutions.status()) || absl::Now() > deadline) return resolutions;
    absl::SleepFor(pause);
  }
}

}  // namespace plexus::storage
