// One process: its roles, its tenants, and what they share.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/platform/config.h"
#include "common/platform/role.h"

namespace plexus::platform {

using RoleFactory = std::function<std::unique_ptr<Role>()>;

struct HostOptions {
  const Clock* clock = &RealClock();
  // How to make each role that this binary has; the configuration chooses among them.
  std::vector<RoleFactory> roles;
};

enum class TenantState { kCreated, kSetUp, kRunning, kFailed, kStopped };
std::string_view TenantStateName(TenantState state);

struct TenantStatus {
  std::string server_name;
  TenantState state = TenantState::kCreated;
  absl::Status error;  // why it failed
};

// Create, Setup, Start, Shutdown, in this order, from one thread that runs none of the host's work; each blocks.
// Whatever step fails, the object still exists and Shutdown() releases everything that had been acquired: threads,
// sockets, connections, leases, subscriptions. A tenant that fails leaves the others, and the host, running.
// Fault points: "host.<step>", "host.<step>.<role>" and "tenant.<step>.<server name>".
class ServiceHost {
 public:
  // Validates and owns nothing outside itself. InvalidArgument names the key of the configuration.
  static absl::StatusOr<std::unique_ptr<ServiceHost>> Create(Config config, HostOptions options);
  // Shuts down, if that has not been done.
  ~ServiceHost();

  // Starts threads, opens the database and Redis clients, lets the roles register, migrates and opens each tenant.
  absl::Status Setup();
  // Takes calls and requests: binds every listener, joins the other processes, opens the tenants to the roles.
  absl::Status Start();
  // Refuses what is new, waits up to `deadline` for what is running, releases everything. Idempotent.
  void Shutdown(absl::Duration deadline);

  // While started. AlreadyExists, NotFound; a tenant that fails to set up is listed as failed, and can be removed.
  // Thread-safe; not from within the host's own I/O threads.
  absl::Status AddTenant(TenantConfig config);
  absl::Status RemoveTenant(const std::string& server_name);
  std::vector<TenantStatus> Tenants() const;

  // The shared secrets that are sent and accepted from now on, as rpc_security of a configuration. While started.
  // FailedPrecondition, InvalidArgument: the old ones stay in force.
  absl::Status ReplaceSecrets(std::vector<std::string> secrets);

  // Addresses of the RPC and metrics listeners as bound; empty before Start.
  std::vector<std::string> rpc_addresses() const;
  std::vector<std::string> metrics_addresses() const;
  // The roles of this process that the configuration chose, by name; null if it is not among them.
  Role* role(std::string_view name) const;
  const Process& process() const;

 private:
  struct Impl;
  explicit ServiceHost(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace plexus::platform
