// Calls over a socket to one process.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/rpc/channel.h"
#include "common/rpc/channel_pool.h"
#include "common/rpc/transport_security.h"

namespace grpc {
class ChannelCredentials;
}

namespace plexus::rpc {

struct GrpcChannelOptions {
  TransportSecurity security;
  std::string caller;                                    // sent as plexus-caller if the context has none
  size_t max_response_bytes = size_t{32} << 20;          // of one message
  size_t max_joined_bytes = size_t{1} << 30;             // of the body of a streamed answer
  absl::Duration min_backoff = absl::Milliseconds(100);  // between attempts to connect
  absl::Duration max_backoff = absl::Seconds(2);
};

// Connects when first used, and again with backoff whenever the connection is lost. An error that certainly preceded
// the sending of the request (connection refused) is marked NotExecuted (status.h).
class GrpcChannel final : public Channel {
 public:
  // `address`: "host:port" or "unix:/path". NotFound for missing PEM files, InvalidArgument for bad security.
  static absl::StatusOr<std::shared_ptr<GrpcChannel>> Create(std::string address, GrpcChannelOptions options,
                                                             const Clock& clock = RealClock());
  // The same with credentials that several channels share.
  static std::shared_ptr<GrpcChannel> CreateWith(std::string address, GrpcChannelOptions options,
                                                 std::shared_ptr<grpc::ChannelCredentials> credentials,
                                                 const Clock& clock);
  ~GrpcChannel() override;

  Task<AnyResponse> Call(Context context, const MethodInfo& method, std::shared_ptr<const Message> request) override;

 private:
  struct Impl;
  explicit GrpcChannel(std::shared_ptr<Impl> impl);
  const std::shared_ptr<Impl> impl_;  // shared with the calls under way, which may outlive a pool's interest
};

// GrpcChannels with the same options, one an address.
class GrpcChannelPool final : public ChannelPool {
 public:
  // Beyond this many, the least recently used is let go; its calls end undisturbed.
  static constexpr size_t kMaxChannels = 256;

  explicit GrpcChannelPool(GrpcChannelOptions options, const Clock& clock = RealClock());
  ~GrpcChannelPool() override;

  absl::StatusOr<std::shared_ptr<Channel>> Get(const std::string& address) override;

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace plexus::rpc
