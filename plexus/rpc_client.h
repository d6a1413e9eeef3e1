// How the tools call a running Plexus.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/platform/host/blocking.h"
#include "common/platform/io_threads.h"
#include "common/rpc/call.h"
#include "common/rpc/grpc_channel.h"

namespace plexus {

// Blocking calls to one address. For tools.
class RpcClient {
 public:
  // `secret` may be empty.
  static absl::StatusOr<std::unique_ptr<RpcClient>> Connect(const std::string& address, const std::string& secret) {
    rpc::GrpcChannelOptions options;
    if (!secret.empty()) options.security.secrets = {secret};
    absl::StatusOr<std::shared_ptr<rpc::GrpcChannel>> channel = rpc::GrpcChannel::Create(address, std::move(options));
    if (!channel.ok()) return channel.status();
    auto client = std::make_unique<RpcClient>();
    client->channel_ = *std::move(channel);
    return client;
  }
  ~RpcClient() { channel_.reset(); }

  template <typename Req, typename Res>
  absl::StatusOr<Res> Call(rpc::Method<Req, Res> method, Req request, const std::string& tenant = "") {
    rpc::Context context;
    context.tenant = tenant;
    context.caller = "plexus-tool";
    context = context.WithTimeout(RealClock(), absl::Minutes(2));
    return platform::RunBlocking(threads_.Any(), rpc::Call(*channel_, context, method, std::move(request)));
  }

 private:
  platform::IoThreads threads_{1};
  std::shared_ptr<rpc::GrpcChannel> channel_;
};

}  // namespace plexus
