// DirectoryService.ListShards of this process.
#pragma once

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/platform/host/process_parts.h"
#include "plexus/platform/v1/platform_service.pb.h"

namespace plexus::platform {

// Reads the table `shard` of the tenant, or of each that runs here. NotFound for a tenant that does not,
// FailedPrecondition without a database.
Task<absl::StatusOr<v1::ListShardsResponse>> ListShards(ProcessParts& parts, v1::ListShardsRequest request);

}  // namespace plexus::platform
