// Reads a shard's log back from Postgres, as LogFollower wants it.
#pragma once

#include <memory>

#include "common/bus/log_follower.h"
#include "common/platform/data/tenant_data.h"

namespace plexus::sync {

// The payload of each batch is a serialized RoomLogBatch or UserLogBatch, as on the bus.
bus::ReadRange ReadRangeOf(std::shared_ptr<platform::TenantData> data, rpc::ShardKind kind, int shard);

}  // namespace plexus::sync
