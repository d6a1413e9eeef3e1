// Keeps this process's leases on shards in one database (architecture, section 3).
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/base/task.h"
#include "common/platform/leases/directory/directory.h"
#include "common/platform/leases/lease_options.h"
#include "common/platform/leases/shard_lease.h"
#include "common/platform/leases/shard_owner.h"
#include "common/storage/database.h"

namespace plexus::platform {

// One for each process and database, however many tenants. Thread-safe. Everything runs on a strand of `executor`.
//
// - One heartbeat row, renewed every TTL/3. A process whose row is gone drops all leases at once and registers again as
//   a new incarnation.
// - Another process is dead when its beat was read twice, unchanged, a TTL apart by this process's clock, while this
//   process saw Postgres working throughout (reads, and its own renewals, without a gap over TTL/2): a stall of
//   Postgres moves nothing. Declaring it dead deletes its row, if the beat is still the one seen.
// - Shards without a live owner are taken by whom rendezvous hashing says, with epoch + 1 and a new lease_id.
// - A shard that should be another's is drained, released, and taken by it at its next look.
class LeaseKeeper {
 public:
  // `database` and `clock` outlive the keeper.
  LeaseKeeper(storage::Database& database, Executor executor, const Clock& clock, LeaseOptions options);
  // Ends without releasing, as a crash would: prefer to await Stop().
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;

  // Registers the process and begins to renew and to poll. Needs the shared schema, which MigrateSchema creates. After
  // a failure nothing runs.
  Task<absl::Status> Start();

  // The tenant has work here: take part in its shards of `kind` through `owner`, and show them in the directory.
  // Returns after a first round: shards that were free and should be ours have been acquired. Replaces nothing:
  // AlreadyExists if active.
  Task<absl::Status> Activate(storage::SchemaName schema, storage::ShardKind kind, std::shared_ptr<ShardOwner> owner);
  // Drains and releases them. OK if not active.
  Task<absl::Status> Deactivate(storage::SchemaName schema, storage::ShardKind kind);
  // Releases one shard, which its owner cannot go on with; whoever should have it, perhaps this process, takes it anew.
  // Nothing if the lease is not held any more.
  void GiveUp(storage::SchemaName schema, storage::ShardKind kind, ShardLease lease);
  // Shows the owners of a tenant's shards in the directory, without taking part. Counted: as many Unwatch as Watch.
  void Watch(storage::SchemaName schema);
  void Unwatch(storage::SchemaName schema);

  // Looks at Postgres at once: a hint came over the bus.
  void Nudge();
  // Completes after a look at Postgres that began after the call.
  Task<absl::Status> Refresh();

  // Whether this process may act on any lease now, reads included. ShardLease::Valid is the same for one lease, and
  // stays false when the process has become a new incarnation.
  bool LeaseValid() const;
  // Whether Stop() has begun: this process takes no shard any more, and hears nothing of who does.
  bool Leaving() const;
  // Id of the current incarnation; empty before Start.
  std::string process_id() const;

  // The newest directory; never null.
  DirectoryPtr Snapshot() const;
  // Called on the keeper's strand with each new directory; must not block. The returned handle ends it.
  [[nodiscard]] std::shared_ptr<void> OnDirectoryChange(std::function<void(DirectoryPtr)> callback);

  // Drains and releases every shard, deletes the process's row, leaves no timer or work behind. At `deadline` what is
  // not drained is released all the same. Idempotent; also after a failed Start.
  Task<absl::Status> Stop(absl::Duration deadline);

 private:
  class Core;
  const std::shared_ptr<Core> core_;
};

}  // namespace plexus::platform
