// From the bytes of a request's header to a Request and what its framing says. A pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/http/request.h"

namespace plexus::http {

// Why a request is refused before any handler sees it. status 0: it is not.
struct Failure {
  int status = 0;
  std::string_view reason;  // a literal

  bool failed() const { return status != 0; }
};

struct RequestHead {
  Request request;  // method, target, headers, and server_name from the Host header
  uint64_t content_length = 0;
  bool chunked = false;
  bool http_1_0 = false;
  bool keep_alive = false;
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length > 0; }
};

// Parses a whole header, from the method to the empty line (RFC 9112). Refused beyond the grammar, because proxies
// disagree about what they mean: Content-Length together with Transfer-Encoding, either of them twice or as a list,
// Transfer-Encoding other than "chunked" (501) or on HTTP/1.0, HTTP/1.1 without exactly one Host, CONNECT (501).
// More than `max_headers` fields: 431. A version other than 1.0 and 1.1: 505. An unknown Expect: 417.
Failure ParseRequestHead(std::string_view head, size_t max_headers, RequestHead* out);

}  // namespace plexus::http
