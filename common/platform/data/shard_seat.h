// One shard as this process sees it: whether it is held, and whether the role that serves it is ready.
#pragma once

#include <memory>
#include <optional>

#include "common/platform/leases/shard_lease.h"

namespace plexus::platform {

struct ShardSeat {
  // Set from the acquisition until the loss.
  std::optional<ShardLease> lease;
  // The listener has been told, and has not been asked to release.
  bool serving = false;
};

}  // namespace plexus::platform
