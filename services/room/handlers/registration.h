// Making the handlers known to the process.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "common/platform/tenant_set.h"
#include "common/rpc/registry.h"
#include "services/room/room_tenant.h"

namespace plexus::room {

// From now on calls of RoomService for one of `tenants` are answered here.
absl::Status RegisterHandlers(rpc::Registry& registry, std::shared_ptr<platform::TenantSet<RoomTenant>> tenants);

}  // namespace plexus::room
