#include "common/storage/fenced_transaction.h"

#include "common/base/status_macros.h"
#include "common/storage/outcome_resolver.h"
#include "common/storage/sql_error.h"

namespace plexus::storage {
namespace {

constexpr int kMaxAttempts = 5;

// The row's new version is ours from here on: nobody takes the shard before this transaction ends.
constexpr char kFence[] = R"sql(
UPDATE shard s SET head = $5, next_nid = $6
FROM (SELECT next_nid FROM shard WHERE kind = $1 AND id = $2 AND lease_id = $3 AND head = $4 FOR UPDATE) old
WHERE s.kind = $1 AND s.id = $2 AND s.lease_id = $3 AND s.head = $4
RETURNING old.next_nid AS first_nid)sql";

absl::Status LeaseGone() { return absl::FailedPreconditionError("the lease on the shard is gone"); }

using Body = absl::FunctionRef<absl::Status(Transaction&, const FencedPositions&)>;

absl::Status RunOnce(Session& session, const ShardAdvance& advance, Body body, bool* refused) {
  return session.InTransaction([&](Transaction& transaction) -> absl::Status {
    PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                            transaction.Query(kFence, static_cast<int>(advance.shard.kind), advance.shard.id,
                                              advance.lease_id, advance.old_head, advance.new_head, advance.next_nid));
    *refused = rows.empty();
    if (*refused) return LeaseGone();
    return body(transaction, {.first = advance.old_head + 1, .first_nid = rows[0]["first_nid"].as<int64_t>()});
  });
}

}  // namespace

absl::Status RunFencedTransaction(Session& session, const ShardAdvance& advance, Body body) {
  bool in_doubt = false;
  for (int attempt = 1;; ++attempt) {
    bool refused = false;
    absl::Status status = RunOnce(session, advance, body, &refused);
    if (CommitOutcomeOf(status) == CommitOutcome::kUnknown) in_doubt = true;
    // Refused after an attempt in doubt: that one may have arrived late.
    bool look = absl::IsUnavailable(status) || (refused && in_doubt);
    if (!look) return in_doubt && !status.ok() ? UnknownOutcome(status.message()) : status;
    absl::StatusOr<std::vector<Resolution>> resolved = ResolveAfterLoss(session, {&advance, 1});
    if (!resolved.ok()) return in_doubt ? UnknownOutcome(resolved.status().message()) : resolved.status();
    Resolution resolution = resolved->front();
    bool tells = advance.old_head != advance.new_head;
    if (resolution == Resolution::kCommitted && tells && in_doubt) return absl::OkStatus();
    if (resolution == Resolution::kLeaseGone) return in_doubt ? UnknownOutcome("the lease is gone") : LeaseGone();
    if (attempt == kMaxAttempts) return in_doubt ? UnknownOutcome(status.message()) : status;
  }
}

}  // namespace plexus::storage
