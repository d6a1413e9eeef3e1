#include "services/account/shards/user_shards.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "common/base/matrix_error.h"
#include "common/rpc/status.h"
#include "common/storage/sql_error.h"

namespace plexus::account {
namespace {

constexpr std::chrono::milliseconds kDrainPoll{2};

absl::Status ChangingHands() { return rpc::NotExecuted(errors::TryAgain("The user's shard is changing hands")); }

}  // namespace

void UserShards::Open(std::function<void(int shard)> on_acquired) {
  {
    absl::MutexLock lock(&mutex_);
    on_acquired_ = std::move(on_acquired);
  }
  data_->SetShardListener(platform::ShardKind::kUser, this);
}

void UserShards::Close() {
  data_->SetShardListener(platform::ShardKind::kUser, nullptr);
  absl::MutexLock lock(&mutex_);
  on_acquired_ = nullptr;
  held_.clear();
}

int UserShards::ShardOf(const std::string& user_id) const {
  return data_->ShardOf(platform::ShardKind::kUser, user_id);
}

bool UserShards::Holds(int shard) const {
  absl::MutexLock lock(&mutex_);
  return held_.contains(shard);
}

std::vector<int> UserShards::Held() const {
  absl::MutexLock lock(&mutex_);
  std::vector<int> shards;
  for (const auto& [shard, held] : held_) shards.push_back(shard);
  return shards;
}

Task<absl::Status> UserShards::AwaitOwnership(rpc::Context context, std::string user_id) const {
  co_return co_await data_->AwaitOwnership(std::move(context), platform::ShardKind::kUser, ShardOf(user_id));
}

absl::StatusOr<UserShards::Ticket> UserShards::Begin(int shard) {
  absl::MutexLock lock(&mutex_);
  auto it = held_.find(shard);
  if (it == held_.end()) return ChangingHands();
  return it->second;
}

absl::Status UserShards::Explain(int shard, const absl::Status& status) const {
  const bool fenced_off = absl::IsFailedPrecondition(status) && !storage::ConstraintOf(status) &&
                          !storage::SqlStateOf(status) && !CarriedMatrixError(status);
  if (fenced_off) return ChangingHands();
  if (absl::IsUnavailable(status) && !CarriedMatrixError(status) &&
      !data_->OwnsNow(platform::ShardKind::kUser, shard) &&
      storage::CommitOutcomeOf(status) == storage::CommitOutcome::kNotCommitted) {
    return ChangingHands();
  }
  return status;
}

UserShards::Ticket UserShards::Forget(int shard) {
  absl::MutexLock lock(&mutex_);
  auto node = held_.extract(shard);
  return node ? std::move(node.mapped()) : nullptr;
}

Task<void> UserShards::ShardAcquired(platform::ShardLease lease) {
  const int shard = lease.shard.id;
  auto fence = std::make_shared<storage::OwnedShard>(lease.shard, lease.lease_id, lease.head, lease.next_nid);
  auto publish = [data = data_.get(), shard](int64_t first, int64_t last, const std::string& entries) {
    data->PublishLog(platform::ShardKind::kUser, shard, first, last, entries);
  };
  std::function<void(int)> on_acquired;
  {
    absl::MutexLock lock(&mutex_);
    held_[shard] = std::make_shared<HeldShard>(std::move(fence), lease.head, std::move(publish));
    on_acquired = on_acquired_;
  }
  if (on_acquired) on_acquired(shard);
  co_return;
}

// The lease is kept until this returns, at most for the keeper's drain timeout.
Task<void> UserShards::ShardReleasing(int shard) {
  Ticket leaving = Forget(shard);
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  while (leaving != nullptr && leaving.use_count() > 1) {
    timer.expires_after(kDrainPoll);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

// Writes that still wait are turned away by the fence.
Task<void> UserShards::ShardLost(int shard) {
  Forget(shard);
  co_return;
}

}  // namespace plexus::account
