// The gateway: HTTP on one side, RPCs on the other. Stateless; any number of copies; no database.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/http/server.h"
#include "common/platform/role.h"
#include "gateway/endpoint_table.h"
#include "gateway/idle_sweep.h"
#include "gateway/request_handler.h"
#include "gateway/tenant_hosts.h"

namespace plexus::gateway {

class GatewayRole final : public platform::Role {
 public:
  GatewayRole();
  ~GatewayRole() override;

  std::string_view name() const override { return "gateway"; }
  // Compiles the table.
  absl::Status Setup(const platform::Process& process) override;
  // Binds every HTTP listener of the configuration. InvalidArgument for TLS without any tenant's certificate.
  Task<absl::Status> Start() override;
  // InvalidArgument if the tenant's certificate cannot be used; the other tenants' stay in force.
  Task<absl::Status> OpenTenant(platform::TenantPtr tenant) override;
  // Lets the tenant's requests finish, but ends those that wait for news at once.
  Task<void> CloseTenant(std::string server_name) override;
  // Stops listening; requests as above. Leaves no thread, socket or timer.
  Task<void> Shutdown() override;
  void Measure(platform::Samples& samples) const override;

  // As bound, in the configuration's order; empty before Start: "127.0.0.1:8008", "[::1]:8448",
  // "unix:/run/plexus/http.sock".
  std::vector<std::string> http_addresses() const { return addresses_; }

 private:
  absl::Status Listen(const platform::ListenerConfig& listener);
  absl::Status ListenTcp(const platform::ListenerConfig& listener);
  absl::Status ReloadCertificates(const std::vector<TenantStatePtr>& tenants);
  std::unique_ptr<http::Server> MakeServer();
  Task<void> DrainTenant(TenantStatePtr tenant, absl::Duration grace);
  Task<void> StopServer(absl::Duration grace);
  absl::Duration Grace() const;

  platform::Process process_{};
  std::shared_ptr<TokenCache> tokens_;
  std::unique_ptr<const EndpointTable> table_;
  TenantHosts hosts_;
  std::unique_ptr<RequestHandler> handler_;
  std::shared_ptr<http::TlsCertificates> tls_;  // null until a TLS listener is bound
  std::unique_ptr<http::Server> server_;
  std::shared_ptr<IdleSweep> sweep_;
  std::vector<std::string> addresses_;
};

}  // namespace plexus::gateway
