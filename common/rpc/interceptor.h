// What surrounds every handled call, whether it came over a socket or from the same process.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "common/rpc/context.h"
#include "common/rpc/method.h"

namespace plexus::rpc {

// How a call went.
struct CallOutcome {
  absl::Status status;
  int64_t elapsed_nanos = 0;         // from before the first interceptor, including the wait for the executor
  bool remote = false;               // came over a socket
  const Message* request = nullptr;  // lives until the hooks have returned
};

// Both hooks run on the executor of the handler and must not block. Thread-safe.
class Interceptor {
 public:
  virtual ~Interceptor() = default;

  // Before the handler; may change `context`. An error is the call's answer and the handler does not run; mark it with
  // NotExecuted() of status.h if the call may be repeated elsewhere.
  virtual absl::Status Before(Context& context, const MethodInfo& method, const Message& request) {
    return absl::OkStatus();
  }

  // After the handler, or after a failed Before of this or a later interceptor; the first interceptor comes last.
  // An error replaces the answer of the handler.
  virtual absl::Status After(const Context& context, const MethodInfo& method, const CallOutcome& outcome) {
    return absl::OkStatus();
  }
};

}  // namespace plexus::rpc
