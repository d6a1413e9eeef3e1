// Where the server under test is.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace plexus::load {

struct ServerUrl {
  bool tls = false;
  std::string host;                                                        // for the Host header and SNI
  std::vector<boost::asio::generic::stream_protocol::endpoint> endpoints;  // tried in order
};

// "http://host[:port]", "https://host[:port]" or "unix:/path". Looks the name up, and blocks meanwhile.
absl::StatusOr<ServerUrl> ResolveUrl(const std::string& url);

}  // namespace plexus::load
