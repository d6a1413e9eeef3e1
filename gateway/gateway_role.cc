#include "gateway/gateway_role.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/http/bind_address.h"
#include "common/platform/io_threads.h"
#include "common/platform/log.h"
#include "common/platform/samples.h"
#include "common/rpc/reply.h"
#include "common/rpc/shard_of.h"
#include "gateway/certificates.h"
#include "gateway/render.h"
#include "gateway/routes/routes.h"

namespace plexus::gateway {
namespace {

constexpr size_t kCachedTokens = 50'000;
constexpr absl::Duration kTokenTtl = absl::Seconds(10);
constexpr absl::Duration kCancelGrace = absl::Seconds(1);

}  // namespace

GatewayRole::GatewayRole() = default;
GatewayRole::~GatewayRole() = default;

absl::Status GatewayRole::Setup(const platform::Process& process) {
  process_ = process;
  tokens_ = std::make_shared<TokenCache>(kCachedTokens, absl::ToInt64Nanoseconds(kTokenTtl));
  PLEXUS_ASSIGN_OR_RETURN(table_, EndpointTable::Compile(AllRoutes()));
  handler_ = std::make_unique<RequestHandler>(process_, *table_, hosts_, tokens_);
  return absl::OkStatus();
}

std::unique_ptr<http::Server> GatewayRole::MakeServer() {
  http::ServerOptions options;
  options.render_error = RefusalResponse;
  options.max_body = [table = table_.get()](std::string_view method, std::string_view target) {
    return table->MaxBody(method, target);
  };
  options.clock = process_.clock;
  auto handle = [handler = handler_.get()](http::Request request, http::RequestContext connection) {
    return handler->Handle(std::move(request), connection);
  };
  return std::make_unique<http::Server>(process_.io->contexts(), std::move(handle), std::move(options));
}

Task<absl::Status> GatewayRole::Start() {
  server_ = MakeServer();
  for (const platform::ListenerConfig& listener : process_.config->http) {
    PLEXUS_CO_RETURN_IF_ERROR(Listen(listener));
  }
  server_->Start();
  for (const std::string& address : addresses_) platform::LogInfo("http", {{"address", address}});
  const int64_t idle_nanos = process_.config->process.tenant_idle_ms * 1'000'000;
  sweep_ = std::make_shared<IdleSweep>(process_.io->Any(), hosts_, *process_.clock, idle_nanos);
  sweep_->Start();
  co_return absl::OkStatus();
}

absl::Status GatewayRole::Listen(const platform::ListenerConfig& listener) {
  if (listener.unix_path.empty()) return ListenTcp(listener);
  const auto mode = static_cast<uint32_t>(listener.mode);
  PLEXUS_RETURN_IF_ERROR(server_->ListenUnix(listener.unix_path, mode, listener.group));
  addresses_.push_back(absl::StrCat("unix:", listener.unix_path));
  return absl::OkStatus();
}

absl::Status GatewayRole::ListenTcp(const platform::ListenerConfig& listener) {
  if (listener.tls && tls_ == nullptr) {
    std::vector<http::TlsCertificate> certificates = ReadCertificates(hosts_.All());
    if (certificates.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(process_.config->file, ": listeners: http: ", listener.bind,
                                                     ": tls is true, but no running tenant has a "
                                                     "tls_certificate_file; allowed: one at least"));
    }
    PLEXUS_ASSIGN_OR_RETURN(tls_, http::TlsCertificates::Create(certificates));
  }
  PLEXUS_ASSIGN_OR_RETURN(http::BindAddress address, http::ParseBindAddress(listener.bind));
  PLEXUS_ASSIGN_OR_RETURN(address.port, server_->ListenTcp(address.host, address.port, listener.tls ? tls_ : nullptr));
  addresses_.push_back(http::PrintBindAddress(address));
  return absl::OkStatus();
}

absl::Status GatewayRole::ReloadCertificates(const std::vector<TenantStatePtr>& tenants) {
  if (tls_ == nullptr) return absl::OkStatus();
  const std::vector<http::TlsCertificate> certificates = ReadCertificates(tenants);
  // Without any, connections are still answered with the last that there were.
  return certificates.empty() ? absl::OkStatus() : tls_->Reload(certificates);
}

Task<absl::Status> GatewayRole::OpenTenant(platform::TenantPtr tenant) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<http::TlsCertificate> certificate, ReadCertificate(tenant->config));
  if (certificate) PLEXUS_CO_RETURN_IF_ERROR(http::TlsCertificates::Create({*certificate}).status());
  const Executor executor = process_.io->ForKey(rpc::StableHash(tenant->server_name()));
  auto state = std::make_shared<TenantState>(std::move(tenant), process_.bus, tokens_, executor);
  for (size_t i = 0; i < table_->size(); ++i) {
    const PrebuiltFunction prebuilt = (*table_)[i].row.traits.prebuilt;
    std::optional<std::string> body = prebuilt ? prebuilt(state->tenant->config) : std::nullopt;
    state->prebuilt.push_back(body ? std::make_shared<const std::string>(*std::move(body)) : nullptr);
  }
  hosts_.Add(std::move(state));
  co_return ReloadCertificates(hosts_.All());
}

Task<void> GatewayRole::CloseTenant(std::string server_name) {
  TenantStatePtr tenant = hosts_.Remove(server_name);
  if (tenant == nullptr) co_return;
  co_await DrainTenant(tenant, Grace());
  tokens_->ForgetTenant(server_name);
  const absl::Status reloaded = ReloadCertificates(hosts_.All());
  if (!reloaded.ok()) platform::LogError("certificates not reloaded", {{"why", reloaded.message()}});
}

Task<void> GatewayRole::DrainTenant(TenantStatePtr tenant, absl::Duration grace) {
  for (rpc::ServiceCalls* calls : {&tenant->requests, &tenant->waiting}) calls->Close();
  tenant->waiting.CancelAll();
  bool is_idle = co_await tenant->requests.Idle(grace);
  if (!is_idle) tenant->requests.CancelAll();
  if (!is_idle) co_await tenant->requests.Idle(kCancelGrace);
  co_await tenant->waiting.Idle(kCancelGrace);
}

absl::Duration GatewayRole::Grace() const {
  // The services stop after the gateway, and need time of their own.
  return absl::Milliseconds(process_.config->process.shutdown_ms) / 2;
}

Task<void> GatewayRole::Shutdown() {
  if (sweep_ != nullptr) co_await sweep_->Stop();
  sweep_.reset();
  for (const TenantStatePtr& tenant : hosts_.All()) {
    tenant->waiting.Close();
    tenant->waiting.CancelAll();
  }
  if (server_ != nullptr) co_await StopServer(Grace());
}

void GatewayRole::Measure(platform::Samples& samples) const {
  samples.Add(platform::metric::kHttpConnections, static_cast<double>(server_->open_connections()));
  samples.Add(platform::metric::kCacheEntries, static_cast<double>(tokens_->size()), {"tokens"});
}

Task<void> GatewayRole::StopServer(absl::Duration grace) {
  auto stopped = std::make_shared<rpc::Reply<bool>>(co_await boost::asio::this_coro::executor);
  // Server::Stop waits for the I/O threads, so it needs one of its own.
  std::thread stopper([server = server_.get(), stopped, grace] {
    server->Stop(grace);
    stopped->Set(true);
  });
  co_await stopped->Wait(absl::InfiniteDuration());
  stopper.join();
  server_.reset();
}

}  // namespace plexus::gateway
