// TenantData of a process that owns every user shard, without leases to keep.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/bus/bus.h"
#include "common/platform/data/tenant_data.h"
#include "common/platform/io_threads.h"
#include "common/storage/testing/test_database.h"
#include "plexus/common/v1/log.pb.h"

namespace plexus::account::testing {

// Thread-safe. Everything passed in outlives it.
class OwnedTenantData final : public platform::TenantData {
 public:
  OwnedTenantData(storage::testing::TestDatabase& database, int user_shards, platform::IoThreads& io, bus::Bus& bus,
                  const Clock& clock);

  // Takes every user shard from whoever holds it and tells the listener. Blocks.
  void AcquireAll();
  // Has the listener release a shard, and gives it up. Blocks.
  void Release(int shard);
  void SetOwned(bool owned);

  // What was published on user logs, in order of publication.
  std::vector<common::v1::UserLogEntry> Published() const;
  // Whether positions of each shard were published without gap and in order.
  bool PublishedGapless() const;

  storage::Database& database() override { return database_.database(); }
  const storage::SchemaName& schema() const override { return database_.schema(); }
  int shard_count(platform::ShardKind) const override { return user_shards_; }
  int ShardOf(platform::ShardKind kind, std::string_view key) const override;
  Executor ShardExecutor(platform::ShardKind kind, int shard) override;
  void SetShardListener(platform::ShardKind kind, platform::ShardListener* listener) override;
  Task<absl::Status> AwaitOwnership(rpc::Context context, platform::ShardKind kind, int shard) override;
  bool OwnsNow(platform::ShardKind kind, int shard) const override;
  void GiveUp(platform::ShardKind, const platform::ShardLease&) override { SetOwned(false); }
  void PublishLog(platform::ShardKind kind, int shard, int64_t first, int64_t last, std::string_view entries) override;
  std::string TypingChannel(int shard) const override { return "typing"; }
  bus::Bus& bus() override { return bus_; }

 private:
  storage::testing::TestDatabase& database_;
  const int user_shards_;
  platform::IoThreads& io_;
  bus::Bus& bus_;
  const Clock& clock_;
  mutable absl::Mutex mutex_;
  platform::ShardListener* listener_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool owned_ ABSL_GUARDED_BY(mutex_) = true;
  bool gapless_ ABSL_GUARDED_BY(mutex_) = true;
  std::map<int, int64_t> heads_ ABSL_GUARDED_BY(mutex_);
  std::vector<common::v1::UserLogEntry> published_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::account::testing
