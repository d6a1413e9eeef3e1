// What a role (gateway, account, …) gives to the process that hosts it, and what it gets.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/base/task.h"
#include "common/platform/tenant.h"

namespace plexus::rpc {
class Registry;
class Channel;
}  // namespace plexus::rpc
namespace plexus::bus {
class Bus;
class Limiter;
}  // namespace plexus::bus

namespace plexus::platform {

class IoThreads;
class Metrics;
class Samples;

// The role that listens to clients: starts last, when the tenants are open, and stops first.
inline constexpr std::string_view kGatewayRole = "gateway";

// What belongs to the process and outlives every role and tenant in it.
struct Process {
  const Config* config;
  const Clock* clock;
  IoThreads* io;
  rpc::Registry* registry;  // where a role registers its handlers
  rpc::Channel* rpc;        // calls to every role, here or elsewhere
  bus::Bus* bus;
  bus::Limiter* limiter;
  Metrics* metrics;
};

// One per role and process. The host calls Setup, Start, then OpenTenant and CloseTenant in any order while it runs,
// then CloseTenant for each tenant that is open, then Shutdown. The gateway alone starts after its first tenants were
// opened, and shuts down before they are closed. Any of them may fail; Shutdown follows all the same and must release
// whatever was acquired. None of them blocks the calling thread.
class Role {
 public:
  virtual ~Role() = default;
  virtual std::string_view name() const = 0;
  // Registers RPC handlers. Owns nothing outside the process yet.
  virtual absl::Status Setup(const Process& process) = 0;
  // Begins listening and background work.
  virtual Task<absl::Status> Start() = 0;
  // Makes a tenant available to the handlers. Must stay cheap: an idle tenant costs no connection, thread, lease or
  // subscription; those come with the tenant's first request.
  virtual Task<absl::Status> OpenTenant(TenantPtr tenant) = 0;
  // Stops the tenant's work and forgets it. Requests in flight have been drained by the host.
  virtual Task<void> CloseTenant(std::string server_name) = 0;
  virtual Task<void> Shutdown() = 0;
  // False while the role is stuck with work that it owes as an owner of shards: the process then lets its leases end,
  // and the shards go elsewhere. Called often, on any thread; must not block.
  virtual bool Healthy() const { return true; }
  // Adds what the role has to show of this moment. From Start to Shutdown, on any thread; must not block.
  virtual void Measure(Samples& samples) const {}
};

}  // namespace plexus::platform
