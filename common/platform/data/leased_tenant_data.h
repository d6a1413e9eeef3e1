// TenantData on a real database: shards through the process's LeaseKeeper.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/bus/bus.h"
#include "common/bus/heads_beacon.h"
#include "common/platform/data/shard_seat.h"
#include "common/platform/data/tenant_data.h"
#include "common/platform/io_threads.h"
#include "common/storage/tenant_schema.h"

namespace plexus::platform {

// Holds nothing in Postgres or Redis until the first AwaitOwnership, and nothing again after Release().
class LeasedTenantData final : public TenantData, public std::enable_shared_from_this<LeasedTenantData> {
 public:
  // What belongs to the process; outlives every tenant.
  struct Shared {
    storage::Database* database;
    LeaseKeeper* leases;
    bus::Bus* bus;
    bus::HeadsBeacon* beacon;
    IoThreads* io;
    const Clock* clock;
  };

  LeasedTenantData(std::string server_name, storage::SchemaName schema, storage::SchemaInfo info, Shared shared);

  // Drains and releases the shards of both kinds: the tenant is idle, or goes away. It takes part again with the next
  // AwaitOwnership.
  Task<absl::Status> Release();
  // The same for good: from now on AwaitOwnership answers Unavailable.
  Task<absl::Status> Close();
  // Boot-clock nanoseconds of the last AwaitOwnership; 0 while the tenant holds nothing.
  int64_t last_used() const { return last_used_; }

  storage::Database& database() override { return *shared_.database; }
  const storage::SchemaName& schema() const override { return schema_; }
  int shard_count(ShardKind kind) const override;
  int ShardOf(ShardKind kind, std::string_view key) const override;
  Executor ShardExecutor(ShardKind kind, int shard) override;
  void SetShardListener(ShardKind kind, ShardListener* listener) override;
  Task<absl::Status> AwaitOwnership(rpc::Context context, ShardKind kind, int shard) override;
  bool OwnsNow(ShardKind kind, int shard) const override;
  void GiveUp(ShardKind kind, const ShardLease& lease) override;
  void PublishLog(ShardKind kind, int shard, int64_t first, int64_t last, std::string_view entries) override;
  std::string TypingChannel(int shard) const override;
  bus::Bus& bus() override { return *shared_.bus; }

 private:
  class Owner;
  struct Part {
    std::vector<ShardSeat> seats;
    ShardListener* listener = nullptr;
    std::shared_ptr<Owner> owner;  // what the keeper knows; kept while active
    bool active = false;
    bool activating = false;
  };

  Part& part(ShardKind kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return parts_[kind == ShardKind::kUser]; }
  const Part& part(ShardKind kind) const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return parts_[kind == ShardKind::kUser]; }
  // Takes part in the shards of `kind`, once however many ask.
  Task<absl::Status> EnsureActive(ShardKind kind);
  // Who should be asked instead; OK if this process should (soon) own the shard.
  absl::Status CheckElsewhere(ShardKind kind, int shard) const;
  // Unavailable, nothing done, if this process is leaving and has let the shard go: it hears no more who takes it.
  absl::Status CheckStaying(ShardKind kind, int shard) const;

  Task<void> Acquired(ShardKind kind, ShardLease lease);
  Task<void> Releasing(ShardKind kind, int shard);
  void Lost(ShardKind kind, int shard);
  Task<void> TellLost(ShardKind kind, int shard);

  const std::string server_name_;
  const storage::SchemaName schema_;
  const storage::SchemaInfo info_;
  const Shared shared_;
  std::atomic<int64_t> last_used_{0};
  std::atomic<bool> closed_{false};
  mutable absl::Mutex mutex_;
  Part parts_[2] ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::platform
