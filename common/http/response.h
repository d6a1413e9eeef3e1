// What a handler answers.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/http/headers.h"

namespace plexus::http {

// The server adds Date, Content-Length and Connection; a handler does not set them. Bodies are moved and written from
// where they are, never copied.
struct Response {
  int status = 200;  // 200 to 599
  Headers headers;
  std::string body;
  // If set, sent instead of `body`: one prebuilt answer for many requests.
  std::shared_ptr<const std::string> shared_body;

  std::string_view body_view() const { return shared_body ? std::string_view(*shared_body) : std::string_view(body); }
};

// The reason phrase of `status` (RFC 9110), or "Unknown".
std::string_view ReasonPhrase(int status);

}  // namespace plexus::http
