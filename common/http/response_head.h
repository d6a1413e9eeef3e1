// Status line and header fields of an answer, as bytes.
#pragma once

#include <string>
#include <string_view>

#include "common/http/response.h"

namespace plexus::http {

enum class Persistence {
  kClose,      // "Connection: close"
  kImplied,    // HTTP/1.1 keeps alive without saying so
  kKeepAlive,  // "Connection: keep-alive", for HTTP/1.0 clients
};

// Appends to `out` all that precedes the body of `response`, with Date, Content-Length and Connection. Bytes that would
// end a field early (CR, LF, NUL) become spaces.
void AppendResponseHead(const Response& response, Persistence persistence, std::string_view date, std::string* out);

// Whether an answer of this status carries a body at all (RFC 9110, 6.4.1).
bool StatusAllowsBody(int status);

}  // namespace plexus::http
