// A tenant's share of the process's storage: its schema in a pooled database, its shards, and the logs that this
// process follows. Only roles with storage link this.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/platform/leases/lease_keeper.h"
#include "common/rpc/context.h"
#include "common/rpc/shard_of.h"
#include "common/storage/database.h"

namespace plexus::bus {
class Bus;
}

namespace plexus::platform {

using rpc::ShardKind;

// Called on the shard's own executor (IoThreads::ForKey of tenant, kind and shard).
class ShardListener {
 public:
  virtual ~ShardListener() = default;
  // The process owns the shard from now on.
  virtual Task<void> ShardAcquired(ShardLease lease) = 0;
  // The shard shall move to another process: finish what has been accepted, accept nothing more. The lease is released
  // when this returns.
  virtual Task<void> ShardReleasing(int shard) = 0;
  // The lease is gone: nothing can be written and nothing may be answered any more.
  virtual Task<void> ShardLost(int shard) = 0;
};

// Thread-safe.
class TenantData {
 public:
  virtual ~TenantData() = default;

  virtual storage::Database& database() = 0;
  virtual const storage::SchemaName& schema() const = 0;
  virtual int shard_count(ShardKind kind) const = 0;
  // Shard of a room or user id: rpc::ShardOf(key, shard_count(kind)).
  virtual int ShardOf(ShardKind kind, std::string_view key) const = 0;
  virtual Executor ShardExecutor(ShardKind kind, int shard) = 0;

  // At most one listener a kind; null removes it. Shards already held are announced to a new listener.
  virtual void SetShardListener(ShardKind kind, ShardListener* listener) = 0;

  // Returns OK once this process owns the shard and its listener was told, taking part in the tenant's shards from the
  // first call on. WrongOwner (rpc/status.h) if another process owns it, Unavailable at the context's deadline.
  virtual Task<absl::Status> AwaitOwnership(rpc::Context context, ShardKind kind, int shard) = 0;
  // Whether the lease may still be acted upon, reads included. Cheap; call it before answering.
  virtual bool OwnsNow(ShardKind kind, int shard) const = 0;
  // The holder cannot go on under this lease: it is released soon, and the shard taken anew by whoever should have it.
  // Nothing if the lease is not held any more.
  virtual void GiveUp(ShardKind kind, const ShardLease& lease) = 0;

  // Publishes the shard's log entries [first, last] after their commit, in their order, and lets readers that miss them
  // know of the new head. `entries` is a serialized RoomLogBatch or UserLogBatch.
  virtual void PublishLog(ShardKind kind, int shard, int64_t first, int64_t last, std::string_view entries) = 0;
  // The name under which bus::FollowLog knows the kind: "room" or "user".
  static std::string_view LogKind(ShardKind kind) { return rpc::ShardKindName(kind); }
  // Bus channel of the typing updates of a room shard.
  virtual std::string TypingChannel(int shard) const = 0;
  virtual bus::Bus& bus() = 0;
};

}  // namespace plexus::platform
