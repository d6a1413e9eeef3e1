// DirectoryService and TenantService of this process.
#pragma once

#include <functional>

#include "common/platform/host/process_parts.h"
#include "common/platform/host/service_host.h"

namespace plexus::platform {

// What TenantService does, run one at a time on a thread that may block.
struct TenantOperations {
  std::function<absl::Status(TenantConfig)> add;
  std::function<absl::Status(std::string server_name)> remove;
  std::function<std::vector<TenantStatus>()> list;
  Executor blocking;
};

absl::Status RegisterPlatformHandlers(ProcessParts& parts, TenantOperations operations);

}  // namespace plexus::platform
