#include "gateway/request_handler.h"

#include <algorithm>
#include <optional>
#include <stop_token>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/matrix_error.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/platform/log.h"
#include "gateway/auth/access_token.h"
#include "gateway/binding/body.h"
#include "gateway/binding/client_address.h"
#include "gateway/render.h"

namespace plexus::gateway {
namespace {

using platform::LogField;
using platform::LogLevel;

constexpr size_t kIdPrefix = 10;         // random characters that tell processes apart
constexpr size_t kMaxTraceparent = 128;  // bytes; a longer one is not passed on

double Milliseconds(int64_t nanos) { return static_cast<double>(nanos) / 1e6; }

absl::Duration TimeFor(const Endpoint& row, const http::QueryParameters& query) {
  if (!row.traits.waits) return RequestHandler::kDeadline;
  int64_t timeout = 0;
  if (!absl::SimpleAtoi(query.Get("timeout").value_or("0"), &timeout) || timeout < 0) timeout = 0;
  return absl::Milliseconds(std::min(timeout, kLongestWaitMs)) + RequestHandler::kWaitGrace;
}

absl::Status CheckAccount(const Endpoint& row, const CheckedToken& token) {
  if (token.is_locked && !row.traits.for_locked_users) return errors::UserLocked();
  if (token.requester.is_guest() && row.auth != Auth::kGuest) {
    return errors::GuestAccessForbidden("Guests cannot do this");
  }
  if (token.requester.is_suspended() && row.traits.suspended_may_not) {
    return errors::Matrix(403, "M_USER_SUSPENDED", "You cannot perform this action while suspended.");
  }
  return absl::OkStatus();
}

std::string Traceparent(const http::Request& request) {
  const std::string_view value = request.headers.Get("traceparent").value_or("");
  return value.size() <= kMaxTraceparent ? std::string(value) : "";
}

}  // namespace

struct RequestHandler::Exchange {
  std::string id;
  int64_t began = 0;  // Clock::BootNanos
  TenantStatePtr tenant;
  const CompiledEndpoint* endpoint = nullptr;
  Inputs inputs;
  rpc::Context context;

  const Endpoint& row() const { return endpoint->row; }
  std::string user() const { return inputs.requester ? inputs.requester->user_id() : ""; }
  std::string room() const { return endpoint->room ? inputs.path_values[*endpoint->room] : ""; }
};

RequestHandler::RequestHandler(const platform::Process& process, const EndpointTable& table, const TenantHosts& hosts,
                               std::shared_ptr<TokenCache> cache)
    : clock_(*process.clock),
      channel_(*process.rpc),
      metrics_(*process.metrics),
      table_(table),
      hosts_(hosts),
      tokens_(*process.rpc, *process.clock, std::move(cache)),
      limits_(process.limiter),
      id_prefix_(RandomAlphanumeric(kIdPrefix)) {}

std::string RequestHandler::NewRequestId() { return absl::StrCat(id_prefix_, "-", absl::Hex(++next_id_)); }

Task<http::Response> RequestHandler::Handle(http::Request request, http::RequestContext connection) {
  const int64_t began = clock_.BootNanos();
  if (request.method == "OPTIONS") co_return PreflightResponse();
  absl::StatusOr<Router::Match> match = table_.router().Find(request.method, request.path());
  if (!match.ok()) co_return Refuse(request, "malformed path", match.status(), began);
  if (match->kind == Router::Match::Kind::kUnknownPath) {
    co_return Refuse(request, "unknown path", errors::Unrecognized("Unrecognized request"), began);
  }
  if (match->kind == Router::Match::Kind::kOtherMethod) {
    Refuse(request, "other method", errors::MethodNotAllowed(), began);
    co_return MethodNotAllowedResponse(match->allow);
  }
  const CompiledEndpoint& endpoint = table_[match->endpoint];
  absl::StatusOr<TenantStatePtr> tenant = hosts_.Find(request);
  if (!tenant.ok()) co_return Refuse(request, endpoint.label, tenant.status(), began);
  if (!endpoint.plan && endpoint.row.auth == Auth::kNone) {
    co_return AnswerPrebuilt(**tenant, match->endpoint, began);
  }
  Exchange exchange;
  exchange.id = NewRequestId();
  exchange.began = began;
  exchange.tenant = *std::move(tenant);
  exchange.endpoint = &endpoint;
  exchange.inputs.request = std::move(request);
  exchange.inputs.path_values = std::move(match->values);
  co_return co_await Serve(exchange, connection);
}

http::Response RequestHandler::AnswerPrebuilt(const TenantState& tenant, size_t endpoint, int64_t began) const {
  const std::shared_ptr<const std::string>& body = tenant.prebuilt[endpoint];
  http::Response response = body != nullptr ? PrebuiltResponse(body)
                                            : ErrorResponse(errors::NotFound("This homeserver does not publish this"));
  const int64_t took = clock_.BootNanos() - began;
  metrics_.RequestAnswered(table_[endpoint].label, response.status, absl::Nanoseconds(took));
  if (platform::LogEnabled(LogLevel::kDebug)) {
    platform::Log(LogLevel::kDebug, "request",
                  {{"tenant", tenant.server_name()},
                   {"route", table_[endpoint].label},
                   {"status", response.status},
                   {"ms", Milliseconds(took)}});
  }
  return response;
}

http::Response RequestHandler::Refuse(const http::Request& request, std::string_view label, const absl::Status& status,
                                      int64_t began) const {
  http::Response response = ErrorResponse(status);
  const int64_t took = clock_.BootNanos() - began;
  metrics_.RequestAnswered(label, response.status, absl::Nanoseconds(took));
  platform::LogInfo("request", {{"route", label},
                                {"host", request.server_name},
                                {"status", response.status},
                                {"code", FromStatus(status).errcode},
                                {"ms", Milliseconds(took)}});
  return response;
}

Task<http::Response> RequestHandler::Serve(Exchange& exchange, http::RequestContext& connection) {
  auto cancellation = std::make_shared<Cancellation>();
  const auto cancel = [cancellation] { cancellation->Cancel(); };
  exchange.context = {.request_id = exchange.id,
                      .tenant = exchange.tenant->server_name(),
                      .deadline_nanos = 0,
                      .cancellation = cancellation,
                      .caller = "gateway",
                      .traceparent = Traceparent(exchange.inputs.request)};
  std::optional<std::stop_callback<decltype(cancel)>> on_gone;
  if (exchange.row().traits.waits) on_gone.emplace(connection.StopToken(), cancel);

  rpc::ServiceCalls& calls = exchange.row().traits.waits ? exchange.tenant->waiting : exchange.tenant->requests;
  absl::StatusOr<http::Response> response = errors::TryAgain("This homeserver is stopping");
  if (calls.Begin(cancellation)) {
    // Also when the connection is aborted and this coroutine unwinds: the callee must hear of it.
    const absl::Cleanup end = [&calls, &cancellation] {
      cancellation->Cancel();
      calls.End(cancellation);
    };
    response = co_await Answer(exchange);
  }
  const absl::Status status = response.status();
  http::Response answer = status.ok() ? *std::move(response) : ErrorResponse(status);
  Record(exchange, answer.status, status);
  co_return answer;
}

Task<absl::StatusOr<http::Response>> RequestHandler::Answer(Exchange& exchange) {
  Inputs& inputs = exchange.inputs;
  const Endpoint& row = exchange.row();
  if (FaultsArmed()) PLEXUS_CO_RETURN_IF_ERROR(Fault(exchange.endpoint->fault_point));
  PLEXUS_CO_ASSIGN_OR_RETURN(inputs.query, http::ParseQuery(inputs.request.query()));
  inputs.client.set_ip(ClientAddress(inputs.request));
  inputs.client.set_user_agent(UserAgent(inputs.request));
  exchange.context = exchange.context.WithTimeout(clock_, TimeFor(row, inputs.query));
  PLEXUS_CO_RETURN_IF_ERROR(co_await Authorise(exchange));
  PLEXUS_CO_RETURN_IF_ERROR(co_await limits_.Take(exchange.tenant, row.limit, inputs));
  PLEXUS_CO_RETURN_IF_ERROR(ReadBody(row.traits.body, row.traits.max_body, inputs));
  if (row.limit == Limit::kLogin) PLEXUS_CO_RETURN_IF_ERROR(co_await limits_.TakeNamedUser(exchange.tenant, inputs));
  if (exchange.endpoint->plan) co_return co_await CallService(exchange);
  const auto& body = exchange.tenant->prebuilt[exchange.endpoint->number];
  if (body == nullptr) co_return errors::NotFound("This homeserver does not publish this");
  co_return PrebuiltResponse(body);
}

Task<absl::Status> RequestHandler::Authorise(Exchange& exchange) {
  if (exchange.row().auth == Auth::kNone) co_return absl::OkStatus();
  Inputs& inputs = exchange.inputs;
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<std::string> token, FindAccessToken(inputs.request, inputs.query));
  if (!token) co_return errors::MissingToken();
  PLEXUS_CO_ASSIGN_OR_RETURN(CheckedToken checked, co_await tokens_.Check(exchange.tenant, exchange.context,
                                                                          *std::move(token), inputs.client));
  PLEXUS_CO_RETURN_IF_ERROR(CheckAccount(exchange.row(), checked));
  inputs.requester = std::move(checked.requester);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<http::Response>> RequestHandler::CallService(Exchange& exchange) {
  const BindingPlan& plan = *exchange.endpoint->plan;
  const Endpoint& row = exchange.row();
  PLEXUS_CO_ASSIGN_OR_RETURN(std::shared_ptr<const Message> request, plan.Bind(exchange.inputs));
  rpc::AnyResponse response = co_await channel_.Call(exchange.context, plan.method(), std::move(request));
  if (!response.ok()) {
    std::optional<std::string> stopped;
    if (exchange.context.cancelled() && row.traits.when_stopped) stopped = row.traits.when_stopped(exchange.inputs);
    if (!stopped) co_return std::move(response).status();
    co_return JsonResponse(200, *std::move(stopped));
  }
  if (row.traits.render != nullptr) co_return JsonResponse(200, row.traits.render(**response));
  co_return JsonResponse(200, row.target.take_body ? row.target.take_body(**response) : "{}");
}

void RequestHandler::Record(const Exchange& exchange, int http_status, const absl::Status& status) const {
  const int64_t took = clock_.BootNanos() - exchange.began;
  metrics_.RequestAnswered(exchange.endpoint->label, http_status, absl::Nanoseconds(took));
  const LogLevel level = http_status < 500 ? LogLevel::kInfo : LogLevel::kWarn;
  if (!platform::LogEnabled(level)) return;
  // What went wrong inside is for this log only; what a client did wrong it has been told.
  const std::string why = http_status < 500 ? "" : std::string(status.message());
  platform::Log(level, "request",
                {{"request_id", exchange.id},
                 {"tenant", exchange.tenant->server_name()},
                 {"route", exchange.endpoint->label},
                 {"room", exchange.room()},
                 {"user", exchange.user()},
                 {"status", http_status},
                 {"code", status.ok() ? "OK" : FromStatus(status).errcode},
                 {"ms", Milliseconds(took)},
                 {"why", why}});
}

}  // namespace plexus::gateway
