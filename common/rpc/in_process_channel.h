// Calls within one process: a function call with the same interceptors, deadline and cancellation as over a socket.
#pragma once

#include <memory>
#include <utility>

#include "common/rpc/channel.h"
#include "common/rpc/registry.h"

namespace plexus::rpc {

class InProcessChannel final : public Channel {
 public:
  // `registry` must outlive the channel's calls.
  explicit InProcessChannel(Registry& registry) : registry_(registry) {}

  Task<AnyResponse> Call(Context context, const MethodInfo& method, std::shared_ptr<const Message> request) override {
    return registry_.Dispatch(std::move(context), method, std::move(request));
  }

 private:
  Registry& registry_;
};

}  // namespace plexus::rpc
