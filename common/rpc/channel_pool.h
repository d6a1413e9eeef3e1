#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/channel.h"

namespace plexus::rpc {

// Channels by address, kept open between calls. Thread-safe.
class ChannelPool {
 public:
  virtual ~ChannelPool() = default;
  // The channel to `address` ("unix:/path" or "host:port"); does not wait for a connection.
  virtual absl::StatusOr<std::shared_ptr<Channel>> Get(const std::string& address) = 0;
};

}  // namespace plexus::rpc
