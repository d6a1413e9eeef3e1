// Homeservers in all running processes of an installation.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "plexus/ctl/installation.h"

namespace plexus {

// A tenant in one process.
struct TenantPlace {
  std::string address;  // of the process
  std::string server_name;
  std::string state;  // as TenantStatus of platform_service.proto; "removed"
  std::string error;  // why it is not running
};

struct TenantReport {
  std::vector<TenantPlace> places;  // process by process
  absl::Status status;              // the first failure; the other processes were asked all the same
};

// `yaml`: one entry of the configuration's `tenants`.
TenantReport AddTenant(Installation& plexus, const std::string& yaml);
TenantReport RemoveTenant(Installation& plexus, const std::string& server_name);
TenantReport ListTenants(Installation& plexus);

}  // namespace plexus
