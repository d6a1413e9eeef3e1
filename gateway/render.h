// HTTP answers: JSON with the headers that every answer has.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "common/http/response.h"

namespace plexus::gateway {

// With the CORS headers of the Client-Server API, "Web Browser Clients".
http::Response JsonResponse(int status, std::string body);
http::Response PrebuiltResponse(std::shared_ptr<const std::string> body);

// The standard error response for `status`, which is not OK: errcode (left out if empty, as in the challenges of
// user-interactive authentication), error and further members; Retry-After from retry_after_ms.
http::Response ErrorResponse(const absl::Status& status);

// The answer to what the HTTP server refuses by itself.
http::Response RefusalResponse(int status, std::string_view reason);

// 405 M_UNRECOGNIZED.
http::Response MethodNotAllowedResponse(std::string_view allow);

// To OPTIONS.
http::Response PreflightResponse();

}  // namespace plexus::gateway
