// Typed calls: `auto answer = co_await rpc::Call(channel, context, AccountService::Login, request);`
#pragma once

#include <memory>
#include <utility>

#include "common/rpc/channel.h"

namespace plexus::rpc {

// See Channel::Call. `channel` must outlive the call.
template <typename Req, typename Res>
Task<absl::StatusOr<Res>> Call(Channel& channel, Context context, Method<Req, Res> method, Req request) {
  auto message = std::make_shared<const Req>(std::move(request));
  const MethodInfo& info = InfoOf(method);
  AnyResponse response = co_await channel.Call(std::move(context), info, std::move(message));
  if (!response.ok()) co_return std::move(response).status();
  co_return std::move(static_cast<Res&>(**response));
}

}  // namespace plexus::rpc
