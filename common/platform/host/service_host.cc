#include "common/platform/host/service_host.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/shielded.h"
#include "common/base/status_macros.h"
#include "common/platform/host/blocking.h"
#include "common/platform/host/host_monitor.h"
#include "common/platform/host/platform_handlers.h"
#include "common/platform/host/process_parts.h"
#include "common/platform/host/tenant_table.h"
#include "common/platform/log.h"

namespace plexus::platform {
namespace {

constexpr auto kIdleSweep = std::chrono::milliseconds(500);

absl::Status Missing(const Config& config, std::string_view key, std::string_view allowed) {
  return absl::InvalidArgumentError(absl::StrCat(config.file, ": ", key, " is missing; allowed: ", allowed));
}

absl::Status CheckConfig(const Config& config) {
  const bool only_gateway = config.process.roles == std::vector<std::string>{"gateway"};
  if (config.database.uri.empty() && !only_gateway) {
    return Missing(config, "database: uri", "libpq keywords, for every role but gateway");
  }
  if (config.database.uri.empty() && config.process.seeds.empty()) {
    return Missing(config, "process: seeds", "RPC addresses of processes with a database");
  }
  if (config.redis.socket.empty() && config.redis.host.empty()) {
    return Missing(config, "redis", "a mapping with socket or host");
  }
  const bool has_gateway =
      std::find(config.process.roles.begin(), config.process.roles.end(), "gateway") != config.process.roles.end();
  if (has_gateway && config.http.empty()) return Missing(config, "listeners: http", "a list of at least one listener");
  if (config.rpc_security.secrets.size() > rpc::TransportSecurity::kMaxSecrets) {
    return absl::InvalidArgumentError(absl::StrCat(config.file, ": rpc_security: more than two secrets"));
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view TenantStateName(TenantState state) {
  switch (state) {
    case TenantState::kCreated: return "created";
    case TenantState::kSetUp: return "set_up";
    case TenantState::kRunning: return "running";
    case TenantState::kFailed: return "failed";
    case TenantState::kStopped: return "stopped";
  }
  return "unknown";
}

struct ServiceHost::Impl {
  Impl(Config config_in, HostOptions options)
      : config(std::move(config_in)),
        clock(*options.clock),
        parts(config, clock),
        tenants(parts, roles, config),
        monitor(parts, roles, tenants, config) {}

  absl::Status SetupRole(Role& role);
  absl::Status StartRole(Role& role);
  Task<void> SweepIdleTenants();

  Config config;
  const Clock& clock;
  ProcessParts parts;
  std::vector<std::unique_ptr<Role>> roles;
  TenantTable tenants;
  HostMonitor monitor;
  size_t set_up_roles = 0;  // the first so many were asked to set up
  bool opened = false;      // parts.Open() was called
  bool joined = false;
  bool shut_down = false;
  // Tenants come and go one at a time, here.
  std::unique_ptr<boost::asio::thread_pool> operations;
  std::shared_ptr<std::atomic<bool>> sweeping = std::make_shared<std::atomic<bool>>(false);
  std::atomic<bool> stopping{false};
};

absl::StatusOr<std::unique_ptr<ServiceHost>> ServiceHost::Create(Config config, HostOptions options) {
  std::vector<std::unique_ptr<Role>> available;
  for (const RoleFactory& factory : options.roles) available.push_back(factory());
  if (config.process.roles.empty()) {
    for (const auto& role : available) config.process.roles.emplace_back(role->name());
  }
  PLEXUS_RETURN_IF_ERROR(CheckConfig(config));
  auto impl = std::make_unique<Impl>(std::move(config), std::move(options));
  const auto& wanted = impl->config.process.roles;
  for (auto& role : available) {
    if (std::find(wanted.begin(), wanted.end(), role->name()) != wanted.end()) impl->roles.push_back(std::move(role));
  }
  if (impl->roles.size() != wanted.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(impl->config.file, ": process: roles: one is given twice, or not in this build"));
  }
  for (const TenantConfig& tenant : impl->config.tenants) PLEXUS_RETURN_IF_ERROR(impl->tenants.Add(tenant));
  return std::unique_ptr<ServiceHost>(new ServiceHost(std::move(impl)));
}

ServiceHost::ServiceHost(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ServiceHost::~ServiceHost() { Shutdown(absl::Milliseconds(impl_->config.process.shutdown_ms)); }

absl::Status ServiceHost::Impl::SetupRole(Role& role) {
  ++set_up_roles;
  PLEXUS_RETURN_IF_ERROR(Fault(absl::StrCat("host.setup.", role.name())));
  return role.Setup(parts.process());
}

absl::Status ServiceHost::Impl::StartRole(Role& role) {
  PLEXUS_RETURN_IF_ERROR(Fault(absl::StrCat("host.start.", role.name())));
  return RunBlocking(parts.io().Any(), role.Start());
}

absl::Status ServiceHost::Setup() {
  Impl& host = *impl_;
  PLEXUS_RETURN_IF_ERROR(Fault("host.setup"));
  host.opened = true;
  PLEXUS_RETURN_IF_ERROR(host.parts.Open());
  host.operations = std::make_unique<boost::asio::thread_pool>(1);
  TenantOperations operations;
  operations.add = [this](TenantConfig config) { return AddTenant(std::move(config)); };
  operations.remove = [this](std::string name) { return RemoveTenant(name); };
  operations.list = [this] { return Tenants(); };
  operations.blocking = host.operations->get_executor();
  PLEXUS_RETURN_IF_ERROR(RegisterPlatformHandlers(host.parts, std::move(operations)));
  for (auto& role : host.roles) PLEXUS_RETURN_IF_ERROR(host.SetupRole(*role));
  for (const std::string& name : host.tenants.Names()) host.tenants.Setup(name);
  return absl::OkStatus();
}

absl::Status ServiceHost::Start() {
  Impl& host = *impl_;
  PLEXUS_RETURN_IF_ERROR(Fault("host.start"));
  auto healthy = [&roles = host.roles] {
    return std::all_of(roles.begin(), roles.end(), [](const auto& role) { return role->Healthy(); });
  };
  PLEXUS_RETURN_IF_ERROR(host.parts.Listen(std::move(healthy)));
  PLEXUS_RETURN_IF_ERROR(host.monitor.Start());
  for (auto& role : host.roles) {
    if (role->name() != kGatewayRole) PLEXUS_RETURN_IF_ERROR(host.StartRole(*role));
  }
  for (const std::string& name : host.tenants.Names()) host.tenants.Open(name);
  host.joined = true;
  PLEXUS_RETURN_IF_ERROR(host.parts.Join());
  for (auto& role : host.roles) {
    if (role->name() == kGatewayRole) PLEXUS_RETURN_IF_ERROR(host.StartRole(*role));
  }
  *host.sweeping = true;
  boost::asio::co_spawn(host.parts.io().Any(), host.SweepIdleTenants(), boost::asio::detached);
  host.monitor.SetReady(true);
  return absl::OkStatus();
}

Task<void> ServiceHost::Impl::SweepIdleTenants() {
  auto done = sweeping;
  boost::asio::steady_timer timer(parts.io().Any());
  while (!stopping) {
    timer.expires_after(kIdleSweep);
    co_await timer.async_wait(boost::asio::use_awaitable);
    if (!stopping) (co_await Shielded("background.idle_tenants", tenants.ReleaseIdle())).IgnoreError();
  }
  *done = false;
}

void ServiceHost::Shutdown(absl::Duration deadline) {
  Impl& host = *impl_;
  if (std::exchange(host.shut_down, true)) return;
  if (!host.opened) return;
  host.stopping = true;
  host.monitor.SetReady(false);
  while (*host.sweeping) absl::SleepFor(absl::Milliseconds(5));
  if (host.operations != nullptr) host.operations->join();
  // The roles nearest to the clients stop first; the others still serve them meanwhile.
  for (size_t i = 0; i < host.set_up_roles; ++i) {
    if (host.roles[i]->name() == kGatewayRole) RunBlocking(host.parts.io().Any(), host.roles[i]->Shutdown());
  }
  if (host.joined) host.parts.Leave(deadline);
  for (const std::string& name : host.tenants.Names()) host.tenants.Close(name);
  for (size_t i = host.set_up_roles; i > 0; --i) {
    if (host.roles[i - 1]->name() == kGatewayRole) continue;
    RunBlocking(host.parts.io().Any(), host.roles[i - 1]->Shutdown());
  }
  host.monitor.Stop();
  host.roles.clear();  // their subscriptions and timers end before the threads that ran them
  host.parts.Close();
}

absl::Status ServiceHost::AddTenant(TenantConfig config) {
  const std::string name = config.server_name;
  PLEXUS_RETURN_IF_ERROR(impl_->tenants.Add(std::move(config)));
  impl_->tenants.Setup(name);
  impl_->tenants.Open(name);
  return absl::OkStatus();
}

absl::Status ServiceHost::RemoveTenant(const std::string& server_name) { return impl_->tenants.Remove(server_name); }

std::vector<TenantStatus> ServiceHost::Tenants() const { return impl_->tenants.Statuses(); }
std::vector<std::string> ServiceHost::rpc_addresses() const { return impl_->parts.rpc_addresses(); }
std::vector<std::string> ServiceHost::metrics_addresses() const { return impl_->monitor.addresses(); }
absl::Status ServiceHost::ReplaceSecrets(std::vector<std::string> secrets) {
  return impl_->parts.ReplaceSecrets(std::move(secrets));
}
const Process& ServiceHost::process() const { return impl_->parts.process(); }

Role* ServiceHost::role(std::string_view name) const {
  for (const auto& role : impl_->roles) {
    if (role->name() == name) return role.get();
  }
  return nullptr;
}

}  // namespace plexus::platform
