// What happens to every HTTP request.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "common/http/server.h"
#include "common/platform/metrics.h"
#include "common/platform/role.h"
#include "gateway/auth/token_checker.h"
#include "gateway/endpoint_table.h"
#include "gateway/limits/rate_limits.h"
#include "gateway/tenant_hosts.h"

namespace plexus::gateway {

// Finds endpoint and tenant, checks the token, the limits and the body, calls the RPC, renders; and gives every
// request its id, deadline, cancellation, fault point, log line and metrics. Thread-safe.
class RequestHandler {
 public:
  // Requests are given up after this, those that wait for news so long after their `timeout`.
  static constexpr absl::Duration kDeadline = absl::Seconds(60);
  static constexpr absl::Duration kWaitGrace = absl::Seconds(30);

  // All must outlive the requests.
  RequestHandler(const platform::Process& process, const EndpointTable& table, const TenantHosts& hosts,
                 std::shared_ptr<TokenCache> cache);

  Task<http::Response> Handle(http::Request request, http::RequestContext connection);

 private:
  struct Exchange;  // one request on its way

  http::Response AnswerPrebuilt(const TenantState& tenant, size_t endpoint, int64_t began) const;
  http::Response Refuse(const http::Request& request, std::string_view label, const absl::Status& status,
                        int64_t began) const;
  Task<http::Response> Serve(Exchange& exchange, http::RequestContext& connection);
  Task<absl::StatusOr<http::Response>> Answer(Exchange& exchange);
  Task<absl::Status> Authorise(Exchange& exchange);
  Task<absl::StatusOr<http::Response>> CallService(Exchange& exchange);
  void Record(const Exchange& exchange, int http_status, const absl::Status& status) const;
  std::string NewRequestId();

  const Clock& clock_;
  rpc::Channel& channel_;
  platform::Metrics& metrics_;
  const EndpointTable& table_;
  const TenantHosts& hosts_;
  TokenChecker tokens_;
  const RateLimits limits_;
  const std::string id_prefix_;
  std::atomic<uint64_t> next_id_{0};
};

// The longest `timeout` that a request which waits is granted.
inline constexpr int64_t kLongestWaitMs = 5 * 60 * 1000;

}  // namespace plexus::gateway
