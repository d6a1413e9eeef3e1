// Which tenant a request is for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/http/request.h"
#include "gateway/tenant_state.h"

namespace plexus::gateway {

// The host names under which clients reach a tenant, lower case: its server name with and without port, and the hosts
// of its public_base_url and federation_address.
std::vector<std::string> HostsOf(const platform::TenantConfig& config);

// Thread-safe.
class TenantHosts {
 public:
  // Replaces the tenant of that server name, if there is one. A host that two tenants claim belongs to the first.
  void Add(TenantStatePtr tenant);
  TenantStatePtr Remove(std::string_view server_name);
  std::vector<TenantStatePtr> All() const;

  // The tenant of the request: by the name in TLS or the Host header, first with its port. A process with a single
  // tenant gives it every host. 404 M_NOT_FOUND if several tenants are here and none has this host; 503 if none is.
  absl::StatusOr<TenantStatePtr> Find(const http::Request& request) const;

 private:
  void Index() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::vector<TenantStatePtr> tenants_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, TenantStatePtr> by_host_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::gateway
