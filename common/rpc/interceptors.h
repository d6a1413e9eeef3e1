// The interceptors that every process wants. Order: RequestIds, CallRecorder, the platform's own, FaultPoints.
#pragma once

#include <functional>
#include <utility>

#include "common/rpc/interceptor.h"

namespace plexus::rpc {

// Gives a request id to a call that came without one.
class RequestIds final : public Interceptor {
 public:
  absl::Status Before(Context& context, const MethodInfo& method, const Message& request) override;
};

// Tells a sink about every call: the process' log line and its metrics.
class CallRecorder final : public Interceptor {
 public:
  using Sink = std::function<void(const Context&, const MethodInfo&, const CallOutcome&)>;
  explicit CallRecorder(Sink sink) : sink_(std::move(sink)) {}
  absl::Status After(const Context& context, const MethodInfo& method, const CallOutcome& outcome) override;

 private:
  const Sink sink_;
};

// The fault points "rpc.before.<full method name>" and "rpc.after.<full method name>" (the handler has run, its answer
// is lost).
class FaultPoints final : public Interceptor {
 public:
  absl::Status Before(Context& context, const MethodInfo& method, const Message& request) override;
  absl::Status After(const Context& context, const MethodInfo& method, const CallOutcome& outcome) override;
};

}  // namespace plexus::rpc
