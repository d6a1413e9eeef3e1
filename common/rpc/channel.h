// The way to a role, wherever it runs.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/rpc/context.h"
#include "common/rpc/method.h"

namespace plexus::rpc {

// The type-erased answer of a call; its dynamic type is that of MethodInfo::response_prototype.
using AnyResponse = absl::StatusOr<std::unique_ptr<Message>>;

// Callers use the typed Call() of call.h. Thread-safe; outlives its calls.
class Channel {
 public:
  virtual ~Channel() = default;

  // Sends `request` to a copy of the method's role and resumes the caller, on its own executor (which must run one
  // handler at a time: an io_context run by one thread, or a strand), with the answer. Errors: what the handler
  // returned, with Matrix errors whole; DeadlineExceeded and Cancelled as soon as that is so, the callee being told
  // through its Context; Unavailable if there is nobody to call; InvalidArgument, ResourceExhausted, Unimplemented
  // as in gRPC. The request is shared because it may be sent more than once; nobody changes it.
  virtual Task<AnyResponse> Call(Context context, const MethodInfo& method, std::shared_ptr<const Message> request) = 0;
};

}  // namespace plexus::rpc
