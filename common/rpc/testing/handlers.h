// Handlers of TestService for tests.
#pragma once

#include <boost/asio/this_coro.hpp>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/rpc/call.h"
#include "common/rpc/registry.h"
#include "common/rpc/reply.h"
#include "plexus/test/v1/test_service.rpc.h"

namespace plexus::rpc::testing {

using namespace plexus::test::v1;  // NOLINT: every test speaks of these messages

// Answers with the request's text.
inline Task<absl::StatusOr<EchoResponse>> Echo(const Context& context, const EchoRequest& request) {
  EchoResponse response;
  response.set_text(request.text());
  co_return response;
}

// Fails with `status`.
template <typename Req, typename Res>
Handler<Req, Res> FailWith(absl::Status status) {
  struct Failing {
    static Task<absl::StatusOr<Res>> Run(absl::Status status) { co_return status; }
  };
  return [status](const Context&, const Req&) { return Failing::Run(status); };
}

// Waits until the call is cancelled; records that it began and how it ended.
struct Sleeper {
  std::promise<void> began;
  std::promise<void> cancelled;

  Task<absl::StatusOr<EchoResponse>> Sleep(std::shared_ptr<Cancellation> cancellation) {
    auto end = std::make_shared<Reply<bool>>(co_await boost::asio::this_coro::executor);
    Cancellation::Registration registration = cancellation->OnCancel([end] { end->Set(true); });
    began.set_value();
    std::optional<bool> woken = co_await end->Wait(absl::Seconds(30));
    if (woken) cancelled.set_value();
    co_return absl::CancelledError("woken");
  }
  Handler<EchoRequest, EchoResponse> handler() {
    return [this](const Context& context, const EchoRequest&) { return Sleep(context.cancellation); };
  }
};

inline EchoRequest EchoOf(std::string text) {
  EchoRequest request;
  request.set_text(std::move(text));
  return request;
}

// Calls Echo and returns the answered text.
inline Task<absl::StatusOr<std::string>> CallEcho(Channel& channel, Context context, std::string text) {
  EchoRequest request = EchoOf(std::move(text));
  absl::StatusOr<EchoResponse> response = co_await Call(channel, context, TestService::Echo, request);
  if (!response.ok()) co_return response.status();
  co_return response->text();
}

// A context that gives up after `timeout`.
inline Context Within(absl::Duration timeout) { return Context().WithTimeout(RealClock(), timeout); }

}  // namespace plexus::rpc::testing
