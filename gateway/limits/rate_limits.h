// The tenant's limits, shared by all copies of the gateway.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/base/task.h"
#include "common/bus/limiter.h"
#include "gateway/binding/inputs.h"
#include "gateway/endpoint.h"
#include "gateway/tenant_state.h"

namespace plexus::gateway {

// Thread-safe.
class RateLimits {
 public:
  // `limiter` may be null (then nothing is limited) and outlives this.
  explicit RateLimits(bus::Limiter* limiter) : limiter_(limiter) {}

  // Counts one request of class `limit`, by its user or address; 429 M_LIMIT_EXCEEDED if it is one too many.
  Task<absl::Status> Take(TenantStatePtr tenant, Limit limit, const Inputs& inputs) const;
  // The same for the user whom the body of a login names, so that no password is guessed from many addresses.
  Task<absl::Status> TakeNamedUser(TenantStatePtr tenant, const Inputs& inputs) const;
  // `inputs` must outlive either task.

 private:
  Task<absl::Status> TakeFor(TenantStatePtr tenant, Limit limit, std::string subject) const;

  bus::Limiter* const limiter_;
};

}  // namespace plexus::gateway
