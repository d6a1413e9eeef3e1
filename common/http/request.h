// One HTTP request, complete with its body.
#pragma once

#include <string>
#include <string_view>

#include "common/http/headers.h"

namespace plexus::http {

struct Request {
  std::string method;  // "GET"; case-sensitive, as it came
  // Origin form, still percent-encoded: "/_matrix/client/v3/sync?since=1", or "*" (OPTIONS only). An absolute-form
  // target has been reduced to this.
  std::string target;
  Headers headers;
  std::string body;          // transfer coding removed
  std::string peer_address;  // "203.0.113.7", "2001:db8::1"; "unix" on a UNIX socket. The next hop, not a header.
  std::string server_name;   // lower case, without port: SNI on TLS, else the Host header; empty if neither
  bool secure = false;       // came over TLS

  // The target up to '?', percent-encoded. Decode after splitting at '/': `%2F` is not a separator.
  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  // What follows '?', percent-encoded; empty if nothing does.
  std::string_view query() const {
    const size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
  }
};

}  // namespace plexus::http
