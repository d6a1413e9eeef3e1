// What the gateway keeps of each tenant.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/platform/tenant.h"
#include "common/rpc/service_calls.h"
#include "gateway/auth/revocations.h"

namespace plexus::gateway {

// Thread-safe.
struct TenantState {
  TenantState(platform::TenantPtr tenant_in, bus::Bus* bus, std::shared_ptr<TokenCache> cache, Executor executor)
      : tenant(std::move(tenant_in)),
        revocations(tenant->server_name(), bus, std::move(cache), std::move(executor)),
        requests(tenant->server_name()),
        waiting(tenant->server_name()) {}

  const std::string& server_name() const { return tenant->server_name(); }

  const platform::TenantPtr tenant;
  // By number of the endpoint: its body, if it is a prebuilt one that this tenant has.
  std::vector<std::shared_ptr<const std::string>> prebuilt;
  Revocations revocations;
  rpc::ServiceCalls requests;  // in flight, but for those that wait
  rpc::ServiceCalls waiting;   // in flight, and may wait for as long as they like: /sync
};

using TenantStatePtr = std::shared_ptr<TenantState>;

}  // namespace plexus::gateway
