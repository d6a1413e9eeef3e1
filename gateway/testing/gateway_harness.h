// A GatewayRole on a port of its own, in front of services that answer whatever a test says.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/base/matrix_error.h"
#include "common/bus/bus.h"
#include "common/bus/limiter.h"
#include "common/http/test_server.h"
#include "common/platform/config.h"
#include "common/platform/io_threads.h"
#include "common/platform/metrics.h"
#include "common/rpc/in_process_channel.h"
#include "common/rpc/registry.h"
#include "gateway/gateway_role.h"
#include "plexus/account/v1/account_service.rpc.h"

namespace plexus::gateway::testing {

// A tenant without limits.
inline platform::TenantConfig TenantNamed(std::string server_name) {
  platform::TenantConfig config;
  config.server_name = std::move(server_name);
  config.limits = {{}, {}, {}, {}, {}};
  return config;
}

inline std::string HttpRequest(std::string_view method, std::string_view target, std::string_view token = "",
                               std::string_view body = "", std::string_view host = "example.org") {
  std::string request = absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: ", host, "\r\n");
  if (!token.empty()) absl::StrAppend(&request, "Authorization: Bearer ", token, "\r\n");
  if (!body.empty()) absl::StrAppend(&request, "Content-Length: ", body.size(), "\r\n");
  return absl::StrCat(request, "\r\n", body);
}

// The tokens "alice", "guest", "locked" and "suspended" belong to users of these names, of every tenant.
class GatewayHarness {
 public:
  explicit GatewayHarness(std::vector<platform::TenantConfig> tenants = {TenantNamed("example.org")})
      : io_(2), registry_({io_.context(0).get_executor(), io_.context(1).get_executor()}, {}) {
    config_.http = {{.bind = "127.0.0.1:0"}};
    process_ = {&config_, &RealClock(), &io_, &registry_, &channel_, &bus_, &limiter_, &metrics_};
    auto check = [this](const rpc::Context&, const account::v1::CheckTokenRequest& request) {
      return CheckToken(request.access_token());
    };
    Expect(registry_.Handle(account::v1::AccountService::CheckToken, check));
    Expect(role_.Setup(process_));
    for (platform::TenantConfig& tenant : tenants) Expect(Open(std::move(tenant)));
    Expect(Run(role_.Start()));
    const std::string address = role_.http_addresses().at(0);
    port_ = static_cast<uint16_t>(std::atoi(address.c_str() + address.rfind(':') + 1));
  }
  ~GatewayHarness() { Stop(); }

  void Stop() {
    if (std::exchange(stopped_, true)) return;
    Run(role_.Shutdown());
    Expect(Run(registry_.Drain("", absl::Seconds(5))));
    io_.Join();
  }

  // `method` answers with `body` from now on; what it was asked is kept for Asked().
  template <typename Req, typename Res>
  void Answer(rpc::Method<Req, Res> method, std::string body) {
    auto handler = [this, name = std::string(method.full_name), body](const rpc::Context&, const Req& request) {
      absl::MutexLock lock(&mutex_);
      asked_[name] = request.ShortDebugString();
      return Respond<Res>(body);
    };
    Expect(registry_.Handle(method, handler));
  }
  template <typename Req, typename Res>
  void Fail(rpc::Method<Req, Res> method, absl::Status status) {
    Expect(registry_.Handle(method, [status](const rpc::Context&, const Req&) { return Refuse<Res>(status); }));
  }
  // The last request that `method` was called with, as text.
  template <typename Req, typename Res>
  std::string Asked(rpc::Method<Req, Res> method) {
    absl::MutexLock lock(&mutex_);
    return asked_[std::string(method.full_name)];
  }

  http::Reply Send(std::string_view method, std::string_view target, std::string_view token = "",
                   std::string_view body = "", std::string_view host = "example.org") {
    http::Client client(port_);
    client.Send(HttpRequest(method, target, token, body, host));
    return client.Receive(method == "HEAD");
  }

  absl::Status Open(platform::TenantConfig tenant) {
    auto opened = std::make_shared<platform::Tenant>();
    opened->config = std::move(tenant);
    return Run(role_.OpenTenant(opened));
  }
  void Close(std::string server_name) { Run(role_.CloseTenant(std::move(server_name))); }

  uint16_t port() const { return port_; }
  int checks() const { return checks_; }
  rpc::Registry& registry() { return registry_; }
  platform::Metrics& metrics() { return metrics_; }
  GatewayRole& role() { return role_; }

 private:
  static void Expect(const absl::Status& status) { EXPECT_TRUE(status.ok()) << status; }

  template <typename T>
  T Run(Task<T> task) {
    return boost::asio::co_spawn(io_.Any(), std::move(task), boost::asio::use_future).get();
  }

  template <typename Res>
  static Task<absl::StatusOr<Res>> Respond(std::string body) {
    Res response;
    if constexpr (requires { response.set_body_json(body); }) response.set_body_json(body);
    if constexpr (requires { response.set_event_id(body); }) response.set_event_id(body);
    co_return response;
  }
  template <typename Res>
  static Task<absl::StatusOr<Res>> Refuse(absl::Status status) {
    co_return status;
  }

  Task<absl::StatusOr<account::v1::CheckTokenResponse>> CheckToken(std::string token) {
    ++checks_;
    if (token != "alice" && token != "guest" && token != "locked" && token != "suspended") {
      co_return errors::UnknownToken(/*soft_logout=*/token == "expired");
    }
    account::v1::CheckTokenResponse response;
    response.mutable_requester()->set_user_id(absl::StrCat("@", token, ":example.org"));
    response.mutable_requester()->set_device_id("DEVICE");
    response.mutable_requester()->set_is_guest(token == "guest");
    response.mutable_requester()->set_is_suspended(token == "suspended");
    response.set_is_locked(token == "locked");
    co_return response;
  }

  platform::Config config_;
  platform::IoThreads io_;
  rpc::Registry registry_;
  rpc::InProcessChannel channel_{registry_};
  bus::Bus bus_{{}, io_.Any()};  // never started: without Redis, checks are not cached and limits are decided here
  bus::Limiter limiter_{bus_};
  platform::Metrics metrics_;
  platform::Process process_{};
  GatewayRole role_;
  uint16_t port_ = 0;
  bool stopped_ = false;
  std::atomic<int> checks_{0};
  absl::Mutex mutex_;
  std::map<std::string, std::string> asked_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::gateway::testing
