// The user shards of one tenant that this process owns: where every change of a user is written.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/platform/data/tenant_data.h"
#include "common/rpc/context.h"
#include "common/storage/owned_shard.h"
#include "services/account/shards/log_outbox.h"
#include "services/account/shards/user_log.h"

namespace plexus::account {

// Thread-safe. Listens to the tenant's user shards from Open to Close.
class UserShards final : public platform::ShardListener, public std::enable_shared_from_this<UserShards> {
 public:
  explicit UserShards(std::shared_ptr<platform::TenantData> data) : data_(std::move(data)) {}

  // `on_acquired` is told of each shard that comes; must not block.
  void Open(std::function<void(int shard)> on_acquired);
  void Close();

  int ShardOf(const std::string& user_id) const;
  // Owned, and not about to leave.
  bool Holds(int shard) const;
  std::vector<int> Held() const;

  // OK while this process owns the shard of the user, waiting for a handover to end. Call before reading what only the
  // owner may answer. Errors: WrongOwner, Unavailable.
  Task<absl::Status> AwaitOwnership(rpc::Context context, std::string user_id) const;

  // Runs `body`, a function of (storage::Transaction&, UserLog&) that returns absl::StatusOr<R>, in a transaction that
  // only the owner of the user's shard can commit, one at a time a shard. `entries` is how many log entries it appends
  // at most; they are published before this returns. `body` may run several times, captures by value, and with
  // entries == 0 must be safe to repeat after it was committed.
  //
  // Errors: those of `body` (nothing was written), WrongOwner, Unavailable (not executed) while the shard changes
  // hands.
  template <typename F>
  static Task<std::invoke_result_t<F&, storage::Transaction&, UserLog&>> Write(std::shared_ptr<UserShards> self,
                                                                               rpc::Context context,
                                                                               std::string user_id, int entries,
                                                                               F body) {
    using R = std::invoke_result_t<F&, storage::Transaction&, UserLog&>;
    absl::Status owned = co_await self->AwaitOwnership(std::move(context), user_id);
    if (!owned.ok()) co_return R(std::move(owned));
    const int shard = self->ShardOf(user_id);
    absl::StatusOr<Ticket> ticket = self->Begin(shard);
    if (!ticket.ok()) co_return R(std::move(ticket).status());
    auto batch = std::make_shared<common::v1::UserLogBatch>();
    auto work = [shard, entries, batch, body = std::move(body)](
                    storage::Transaction& transaction, const storage::FencedPositions& positions) mutable -> R {
      UserLog log(transaction, shard, positions.first, entries);
      R result = body(transaction, log);
      *batch = log.batch();
      return result;
    };
    R result = co_await storage::OwnedShard::Write((*ticket)->fence, self->data_->database(), self->data_->schema(),
                                                   entries, /*nids=*/0, std::move(work));
    if (!result.ok()) co_return R(self->Explain(shard, result.status()));
    if (entries > 0) {
      (*ticket)->outbox.Committed(batch->first_position(), batch->last_position(), batch->SerializeAsString());
    }
    co_return result;
  }

  // ShardListener.
  Task<void> ShardAcquired(platform::ShardLease lease) override;
  Task<void> ShardReleasing(int shard) override;
  Task<void> ShardLost(int shard) override;

 private:
  struct HeldShard {
    HeldShard(std::shared_ptr<storage::OwnedShard> fence, int64_t head, LogOutbox::Publish publish)
        : fence(std::move(fence)), outbox(head, std::move(publish)) {}
    const std::shared_ptr<storage::OwnedShard> fence;
    LogOutbox outbox;
  };
  // Held by every write in flight, so that a drain can count them.
  using Ticket = std::shared_ptr<HeldShard>;

  absl::StatusOr<Ticket> Begin(int shard);
  // What a failed write means for the caller.
  absl::Status Explain(int shard, const absl::Status& status) const;
  // Ends the holding of the shard; null if it is not held.
  Ticket Forget(int shard);

  const std::shared_ptr<platform::TenantData> data_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<int, Ticket> held_ ABSL_GUARDED_BY(mutex_);
  std::function<void(int shard)> on_acquired_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::account
