#pragma once

#include "common/base/task.h"
#include "common/platform/leases/shard_lease.h"

namespace plexus::platform {

// What a role does with the shards of one tenant and kind. Called on the keeper's strand, one call at a time for a
// shard; calls for different shards may overlap where they suspend.
class ShardOwner {
 public:
  virtual ~ShardOwner() = default;
  // The shard is ours from now on. While this runs the shard is not released.
  virtual Task<void> OnAcquired(ShardLease lease) = 0;
  // The shard shall move to another process: refuse what is new, finish what was accepted. Released when it returns,
  // or after LeaseOptions::drain_timeout.
  virtual Task<void> OnReleasing(ShardLease lease) = 0;
  // The lease is gone (expired and taken by another, drain timeout), or about to be given back after OnReleasing:
  // nothing can be written and nothing may be answered any more. Forget the shard. Once for each lease; must not block.
  virtual void OnLost(ShardLease lease) = 0;
};

}  // namespace plexus::platform
