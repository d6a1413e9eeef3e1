// The RPCs of plexus.sync.v1.SyncService, each in a file of its own name. sync_service.proto says what they do.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/rpc/context.h"
#include "plexus/sync/v1/sync_service.pb.h"
#include "services/sync/sync_tenant.h"

namespace plexus::sync {

Task<absl::StatusOr<v1::SyncResponse>> Sync(std::shared_ptr<SyncTenant> tenant, const rpc::Context& context,
                                            const v1::SyncRequest& request);

}  // namespace plexus::sync
