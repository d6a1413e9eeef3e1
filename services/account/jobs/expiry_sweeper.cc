#include "services/account/jobs/expiry_sweeper.h"

#include <algorithm>

#include "common/base/status_macros.h"
#include "common/platform/log.h"
#include "services/account/storage/one_time_tokens.h"
#include "services/account/storage/uia_sessions.h"

namespace plexus::account {
namespace {

// The larger number of rows that one of the tables lost.
absl::StatusOr<int64_t> Sweep(storage::Session& session, int64_t now_ms, int limit) {
  PLEXUS_ASSIGN_OR_RETURN(int64_t sessions, SweepUiaSessions(session, now_ms, limit));
  PLEXUS_ASSIGN_OR_RETURN(int64_t tokens, SweepOneTimeTokens(session, now_ms, limit));
  return std::max(sessions, tokens);
}

}  // namespace

ExpirySweeper::ExpirySweeper(std::shared_ptr<platform::TenantData> data, std::shared_ptr<UserShards> shards,
                             const Clock& clock)
    : PeriodicJob(data->ShardExecutor(platform::ShardKind::kUser, kShard), kInterval),
      data_(std::move(data)),
      shards_(std::move(shards)),
      clock_(clock) {}

Task<bool> ExpirySweeper::RunOnce() {
  while (!stopping() && shards_->Holds(kShard)) {
    auto sweep = [now = clock_.NowMillis()](storage::Session& session) { return Sweep(session, now, kRowsAtOnce); };
    absl::StatusOr<int64_t> swept = co_await data_->database().Run(data_->schema(), std::move(sweep));
    if (!swept.ok()) platform::LogWarn("cannot delete what has expired", {{"error", swept.status().message()}});
    if (!swept.ok() || *swept < kRowsAtOnce) break;
  }
  co_return shards_->Holds(kShard);
}

}  // namespace plexus::account
