// One tenant's rooms in this process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/platform/data/tenant_data.h"
#include "common/platform/tenant.h"
#include "common/rpc/context.h"
#include "services/event_persister/domain/room_shard.h"
#include "services/event_persister/domain/typing_shard.h"

namespace plexus::platform {
class Metrics;
}

namespace plexus::event_persister {

// Holds nothing but a few pointers until shards are acquired, which the first request brings about. Thread-safe where
// not said otherwise: what belongs to a shard is touched on its executor alone.
class TenantPersister final : public platform::ShardListener, public std::enable_shared_from_this<TenantPersister> {
 public:
  // `clock` and `metrics` (may be null) outlive it.
  TenantPersister(platform::TenantPtr tenant, const Clock& clock, std::shared_ptr<RoomBudget> budget,
                  platform::Metrics* metrics = nullptr);
  // Listens to the tenant's room shards from now on.
  void Open();
  // Loses all shards and waits until nothing is being written.
  Task<void> Close();

  const platform::Tenant& tenant() const { return *tenant_; }
  platform::TenantData& data() const { return *tenant_->data; }
  const std::string& server_name() const { return tenant_->server_name(); }
  const Clock& clock() const { return clock_; }

  // The executor on which calls for the room are handled.
  Executor ExecutorFor(std::string_view room_id) const;
  // What is to be used on the room's executor: the owned shard. WrongOwner or Unavailable if it is not ours.
  struct Seat {
    std::shared_ptr<RoomShard> rooms;
    std::shared_ptr<TypingShard> typing;
  };
  Task<absl::StatusOr<Seat>> Await(rpc::Context context, std::string room_id);
  // OK if what was read from `shard` may be answered: it is still ours.
  absl::Status CheckOwned(const RoomShard& shard) const;

  const Committer& committer() const { return *committer_; }

  Task<void> ShardAcquired(platform::ShardLease lease) override;
  Task<void> ShardReleasing(int shard) override;
  Task<void> ShardLost(int shard) override;

 private:
  ShardEnvironment MakeEnvironment() const;
  void Drop(int shard);

  const platform::TenantPtr tenant_;
  const Clock& clock_;
  const std::shared_ptr<RoomBudget> budget_;
  const std::shared_ptr<Committer> committer_;
  std::vector<Seat> seats_;  // by shard; each used on its shard's executor alone
};

}  // namespace plexus::event_persister
