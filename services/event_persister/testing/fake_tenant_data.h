// A TenantData that owns every room shard until told otherwise, on a test's database.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/bus/bus.h"
#include "common/platform/data/tenant_data.h"
#include "common/storage/testing/test_database.h"
#include "plexus/common/v1/log.pb.h"

namespace plexus::event_persister::testing {

// Everything runs on `executor`. Thread-safe.
class FakeTenantData final : public platform::TenantData {
 public:
  FakeTenantData(storage::Database& database, storage::SchemaName schema, int room_shards, Executor executor);
  ~FakeTenantData() override;

  // Takes the shard as a new owner would: another lease_id and epoch, the head that Postgres knows.
  Task<void> Take(int shard);
  Task<void> TakeAll();
  // Makes Postgres believe that another process has taken the shard, without telling the listener.
  void StealSilently(int shard);
  Task<void> Release(int shard);
  Task<void> Lose(int shard);
  // Ends every lease's term, as a stall would.
  void ExpireLeases() { term_->End(); }

  // Every log batch so far, by the time of its publication.
  struct Published {
    int shard;
    int64_t first, last;
    common::v1::RoomLogBatch batch;
  };
  std::vector<Published> published() const;
  // Shards whose leases were given up.
  std::vector<int> given_up() const;

  storage::Database& database() override { return database_; }
  const storage::SchemaName& schema() const override { return schema_; }
  int shard_count(rpc::ShardKind) const override { return static_cast<int>(owned_.size()); }
  int ShardOf(rpc::ShardKind, std::string_view key) const override {
    return rpc::ShardOf(key, static_cast<int>(owned_.size()));
  }
  Executor ShardExecutor(rpc::ShardKind, int) override { return executor_; }
  void SetShardListener(rpc::ShardKind, platform::ShardListener* listener) override { listener_ = listener; }
  Task<absl::Status> AwaitOwnership(rpc::Context context, rpc::ShardKind kind, int shard) override;
  bool OwnsNow(rpc::ShardKind, int shard) const override { return owned_[static_cast<size_t>(shard)]; }
  // Remembered in given_up().
  void GiveUp(rpc::ShardKind, const platform::ShardLease& lease) override;
  void PublishLog(rpc::ShardKind, int shard, int64_t first, int64_t last, std::string_view entries) override;
  std::string TypingChannel(int shard) const override;
  bus::Bus& bus() override { return bus_; }

 private:
  storage::Database& database_;
  const storage::SchemaName schema_;
  const Executor executor_;
  bus::Bus bus_;
  const std::shared_ptr<platform::LeaseTerm> term_;
  platform::ShardListener* listener_ = nullptr;
  std::vector<bool> owned_;
  mutable absl::Mutex mutex_;
  std::vector<Published> published_ ABSL_GUARDED_BY(mutex_);
  std::vector<int> given_up_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::event_persister::testing
