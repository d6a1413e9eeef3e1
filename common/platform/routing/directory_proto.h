// The directory as DirectoryService sends it.
#pragma once

#include "common/platform/routing/snapshot_directory.h"
#include "plexus/platform/v1/platform_service.pb.h"

namespace plexus::platform {

v1::GetDirectoryResponse ToProto(const Directory& directory, const TenantShardsByName& tenants);

// `self` is the id of the receiving process: its own entry becomes the local one.
DirectoryPtr DirectoryFromProto(const v1::GetDirectoryResponse& proto, std::string self);
TenantShardsByName TenantsFromProto(const v1::GetDirectoryResponse& proto);

}  // namespace plexus::platform
