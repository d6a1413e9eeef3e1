// The router's directory, answered from the newest snapshot that a source delivered.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/platform/leases/directory/directory.h"
#include "common/rpc/directory.h"

namespace plexus::platform {

// Where a tenant's shards are kept, and how many there are.
struct TenantShards {
  std::string schema;
  int room_shards = 0;
  int user_shards = 0;
};
using TenantShardsByName = absl::flat_hash_map<std::string, TenantShards>;

// Thread-safe.
class SnapshotDirectory : public rpc::Directory {
 public:
  // Replaces what is known of processes and owners, and forgets what callees said.
  void Apply(DirectoryPtr directory);
  // Replaces what is known of the tenants.
  void ApplyTenants(TenantShardsByName tenants);

  DirectoryPtr Current() const;
  TenantShardsByName Tenants() const;
  // Grows with each Apply and ApplyTenants.
  int64_t version() const;
  // Waits until version() != `known`, `wait` at most.
  Task<void> AwaitNews(int64_t known, absl::Duration wait);

  std::optional<rpc::Endpoint> Owner(std::string_view tenant, rpc::ShardKind kind, int shard) override;
  int ShardCount(std::string_view tenant, rpc::ShardKind kind) override;
  std::vector<rpc::Endpoint> Copies(std::string_view role) override;
  // Asks the source and waits for news, kNewsWait at most.
  Task<void> Refresh(std::string tenant, rpc::ShardKind kind, int shard) override;
  void Learn(std::string_view tenant, const rpc::WrongOwner& wrong) override;

  static constexpr absl::Duration kNewsWait = absl::Milliseconds(100);

 protected:
  // Tells the source that news are wanted. Must not block.
  virtual void FetchSoon() = 0;

 private:
  struct Known {
    DirectoryPtr directory = std::make_shared<const platform::Directory>();
    TenantShardsByName tenants;
    // What callees said since the directory came. An empty process id: the shard has no owner.
    std::map<ShardKey, rpc::Endpoint> learned;
    int64_t version = 0;
  };
  std::shared_ptr<const Known> known() const;
  // Makes a changed copy of what is known the newest.
  template <typename F>
  void Change(F change);

  mutable absl::Mutex mutex_;
  std::shared_ptr<const Known> known_ ABSL_GUARDED_BY(mutex_) = std::make_shared<const Known>();
};

}  // namespace plexus::platform
