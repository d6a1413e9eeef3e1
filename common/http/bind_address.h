// "127.0.0.1:8008", "[::1]:8448", "localhost:8008": where a configuration says to listen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace plexus::http {

struct BindAddress {
  std::string host;  // an IP address without brackets; localhost is 127.0.0.1
  uint16_t port = 0;
};

// InvalidArgument if there is no host or no port.
absl::StatusOr<BindAddress> ParseBindAddress(std::string_view bind);
// With brackets around IPv6.
std::string PrintBindAddress(const BindAddress& address);

}  // namespace plexus::http
