#include "gateway/render.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"

namespace plexus::gateway {
namespace {

const http::Headers& JsonHeaders() {
  static const auto* const headers = new http::Headers{
      {"Content-Type", "application/json"},
      {"Access-Control-Allow-Origin", "*"},
      {"Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS"},
      {"Access-Control-Allow-Headers", "X-Requested-With, Content-Type, Authorization"},
  };
  return *headers;
}

std::string ErrorBody(const MatrixError& error) {
  std::string body = "{";
  const auto add_key = [&body](std::string_view key) {
    if (body.size() > 1) body += ',';
    absl::StrAppend(&body, "\"", key, "\":");
  };
  if (!error.errcode.empty()) {
    add_key("errcode");
    json::AppendString(body, error.errcode);
  }
  if (!error.message.empty()) {
    add_key("error");
    json::AppendString(body, error.message);
  }
  if (error.extra_json.size() > 2) {  // more than "{}"
    if (body.size() > 1) body += ',';
    return body.append(error.extra_json, 1);
  }
  return body += '}';
}

// Whole seconds, rounded up (RFC 9110, 10.2.3).
std::optional<int64_t> RetryAfterSeconds(const MatrixError& error) {
  if (error.http_status != 429 || error.extra_json.empty()) return std::nullopt;
  const absl::StatusOr<json::Object> extra = json::ParseObject(error.extra_json);
  if (!extra.ok()) return std::nullopt;
  const std::optional<int64_t> milliseconds = json::GetInt(*extra, "retry_after_ms");
  if (!milliseconds) return std::nullopt;
  return (*milliseconds + 999) / 1000;
}

std::string_view ErrcodeFor(int http_status) { return http_status == 413 ? "M_TOO_LARGE" : "M_UNKNOWN"; }

}  // namespace

http::Response JsonResponse(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers = JsonHeaders();
  response.body = std::move(body);
  return response;
}

http::Response PrebuiltResponse(std::shared_ptr<const std::string> body) {
  http::Response response;
  response.headers = JsonHeaders();
  response.shared_body = std::move(body);
  return response;
}

http::Response ErrorResponse(const absl::Status& status) {
  const MatrixError error = FromStatus(status);
  http::Response response = JsonResponse(error.http_status, ErrorBody(error));
  if (const std::optional<int64_t> seconds = RetryAfterSeconds(error)) {
    response.headers.Add("Retry-After", absl::StrCat(*seconds));
    response.headers.Add("Access-Control-Expose-Headers", "Retry-After");
  }
  return response;
}

http::Response RefusalResponse(int status, std::string_view reason) {
  return ErrorResponse(errors::Matrix(status, ErrcodeFor(status), reason));
}

http::Response MethodNotAllowedResponse(std::string_view allow) {
  http::Response response = ErrorResponse(errors::MethodNotAllowed());
  response.headers.Add("Allow", allow);
  return response;
}

http::Response PreflightResponse() { return JsonResponse(200, "{}"); }

}  // namespace plexus::gateway
