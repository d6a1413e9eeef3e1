// Where a request really comes from.
#pragma once

#include <string>
#include <string_view>

#include "common/http/request.h"

namespace plexus::gateway {

// The client's IP address. A next hop on this machine (loopback or a UNIX socket) is a reverse proxy, and its
// X-Forwarded-For is believed: of the addresses in it, the last that is not on this machine. Nobody else's is.
// Empty if a proxy on a UNIX socket says nothing.
std::string ClientAddress(const http::Request& request);

// What limits by address count by: the address, of IPv6 the /64 that one subscriber usually has.
std::string AddressBlock(std::string_view address);

// The User-Agent, shortened; empty if it is not UTF-8.
std::string UserAgent(const http::Request& request);

}  // namespace plexus::gateway
