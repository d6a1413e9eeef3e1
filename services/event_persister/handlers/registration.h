// Connects the handlers of this directory with the process's registry.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "common/base/task.h"
#include "common/platform/tenant_set.h"
#include "common/rpc/registry.h"
#include "services/event_persister/tenant_persister.h"

namespace plexus::event_persister {

// Every method of EventPersisterService is answered by `tenants` from now on, each call on the executor of its room's
// shard, or on `any` if it has no room or no tenant.
absl::Status RegisterHandlers(rpc::Registry& registry, std::shared_ptr<platform::TenantSet<TenantPersister>> tenants,
                              std::function<Executor()> any);

}  // namespace plexus::event_persister
