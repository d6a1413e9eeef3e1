#include "plexus/ctl/tenants.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "plexus/platform/v1/platform_service.rpc.h"

namespace plexus {
namespace {

using platform::v1::TenantService;

TenantPlace PlaceOf(const std::string& address, const platform::v1::TenantStatus& tenant) {
  return {address, tenant.server_name(), tenant.state(), tenant.error()};
}

absl::Status At(const std::string& address, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(address, ": ", status.message()));
}

// `ask` adds to the places what one process said.
TenantReport OfEach(Installation& plexus,
                    const std::function<absl::Status(const std::string& address, std::vector<TenantPlace>&)>& ask) {
  TenantReport report;
  absl::StatusOr<std::vector<std::string>> addresses = plexus.Addresses();
  report.status = addresses.status();
  if (!addresses.ok()) return report;
  for (const std::string& address : *addresses) report.status.Update(At(address, ask(address, report.places)));
  return report;
}

}  // namespace

TenantReport AddTenant(Installation& plexus, const std::string& yaml) {
  platform::v1::AddTenantRequest request;
  request.set_config_yaml(yaml);
  return OfEach(plexus, [&](const std::string& address, std::vector<TenantPlace>& places) -> absl::Status {
    PLEXUS_ASSIGN_OR_RETURN(auto added, plexus.Call(address, TenantService::AddTenant, request));
    places.push_back(PlaceOf(address, added.tenant()));
    if (added.tenant().state() == "running") return absl::OkStatus();
    return absl::InternalError(absl::StrCat("the tenant failed: ", added.tenant().error()));
  });
}

TenantReport RemoveTenant(Installation& plexus, const std::string& server_name) {
  platform::v1::RemoveTenantRequest request;
  request.set_server_name(server_name);
  return OfEach(plexus, [&](const std::string& address, std::vector<TenantPlace>& places) {
    absl::Status status = plexus.Call(address, TenantService::RemoveTenant, request).status();
    if (status.ok()) places.push_back({address, server_name, "removed", ""});
    return status;
  });
}

TenantReport ListTenants(Installation& plexus) {
  return OfEach(plexus, [&](const std::string& address, std::vector<TenantPlace>& places) -> absl::Status {
    PLEXUS_ASSIGN_OR_RETURN(auto list,
                            plexus.Call(address, TenantService::ListTenants, platform::v1::ListTenantsRequest()));
    for (const auto& tenant : list.tenants()) places.push_back(PlaceOf(address, tenant));
    return absl::OkStatus();
  });
}

}  // namespace plexus
