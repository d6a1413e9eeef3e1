#include "common/base/matrix_error.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace plexus {
namespace {

// The payload is "<http>\n<errcode>\n<extra json>"; the message is the status' own.
constexpr std::string_view kPayloadUrl = "plexus/MatrixError";

absl::StatusCode CodeFor(int http_status) {
  switch (http_status) {
    case 400:
    case 413: return absl::StatusCode::kInvalidArgument;
    case 401: return absl::StatusCode::kUnauthenticated;
    case 403: return absl::StatusCode::kPermissionDenied;
    case 404:
    case 405: return absl::StatusCode::kNotFound;
    case 409: return absl::StatusCode::kAlreadyExists;
    case 429: return absl::StatusCode::kResourceExhausted;
    case 503: return absl::StatusCode::kUnavailable;
    case 504: return absl::StatusCode::kDeadlineExceeded;
    default: return http_status < 500 ? absl::StatusCode::kInvalidArgument : absl::StatusCode::kInternal;
  }
}

}  // namespace

absl::Status ToStatus(const MatrixError& error) {
  absl::Status status(CodeFor(error.http_status), error.message);
  status.SetPayload(kPayloadUrl,
                    absl::Cord(absl::StrCat(error.http_status, "\n", error.errcode, "\n", error.extra_json)));
  return status;
}

std::optional<MatrixError> CarriedMatrixError(const absl::Status& status) {
  auto payload = status.GetPayload(kPayloadUrl);
  if (!payload) return std::nullopt;
  std::string text(*payload);
  std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('\n', 2));
  MatrixError error;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &error.http_status)) return std::nullopt;
  error.errcode = parts[1];
  error.message = std::string(status.message());
  error.extra_json = parts[2];
  return error;
}

MatrixError FromStatus(const absl::Status& status) {
  if (std::optional<MatrixError> carried = CarriedMatrixError(status)) return *std::move(carried);
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kCancelled: return {503, "M_UNKNOWN", "The server is busy, please try again"};
    case absl::StatusCode::kDeadlineExceeded: return {504, "M_UNKNOWN", "The request took too long"};
    case absl::StatusCode::kResourceExhausted: return {429, "M_LIMIT_EXCEEDED", "Too many requests"};
    default: return {500, "M_UNKNOWN", "Internal server error"};
  }
}

namespace errors {

absl::Status Matrix(int http_status, std::string_view errcode, std::string_view message, std::string_view extra_json) {
  return ToStatus({http_status, std::string(errcode), std::string(message), std::string(extra_json)});
}

absl::Status Forbidden(std::string_view message) { return Matrix(403, "M_FORBIDDEN", message); }
absl::Status NotFound(std::string_view message) { return Matrix(404, "M_NOT_FOUND", message); }
absl::Status Unrecognized(std::string_view message) { return Matrix(404, "M_UNRECOGNIZED", message); }
absl::Status MethodNotAllowed() { return Matrix(405, "M_UNRECOGNIZED", "This method is not allowed here"); }
absl::Status MissingToken() { return Matrix(401, "M_MISSING_TOKEN", "Missing access token"); }

absl::Status UnknownToken(bool soft_logout) {
  return Matrix(401, "M_UNKNOWN_TOKEN", "Unrecognised access token",
                soft_logout ? R"({"soft_logout":true})" : R"({"soft_logout":false})");
}

absl::Status NotJson(std::string_view message) { return Matrix(400, "M_NOT_JSON", message); }
absl::Status BadJson(std::string_view message) { return Matrix(400, "M_BAD_JSON", message); }
absl::Status InvalidParam(std::string_view message) { return Matrix(400, "M_INVALID_PARAM", message); }
absl::Status MissingParam(std::string_view message) { return Matrix(400, "M_MISSING_PARAM", message); }
absl::Status TooLarge(std::string_view message) { return Matrix(413, "M_TOO_LARGE", message); }

absl::Status LimitExceeded(absl::Duration retry_after) {
  int64_t milliseconds = std::max<int64_t>(1, absl::ToInt64Milliseconds(retry_after));
  return Matrix(429, "M_LIMIT_EXCEEDED", "Too many requests", absl::StrCat(R"({"retry_after_ms":)", milliseconds, "}"));
}

absl::Status UserInUse(std::string_view message) { return Matrix(400, "M_USER_IN_USE", message); }
absl::Status InvalidUsername(std::string_view message) { return Matrix(400, "M_INVALID_USERNAME", message); }
absl::Status WeakPassword(std::string_view message) { return Matrix(400, "M_WEAK_PASSWORD", message); }
absl::Status Exclusive(std::string_view message) { return Matrix(400, "M_EXCLUSIVE", message); }
absl::Status RoomInUse(std::string_view message) { return Matrix(400, "M_ROOM_IN_USE", message); }
absl::Status InvalidRoomState(std::string_view message) { return Matrix(400, "M_INVALID_ROOM_STATE", message); }

absl::Status UnsupportedRoomVersion(std::string_view version) {
  return Matrix(400, "M_UNSUPPORTED_ROOM_VERSION", absl::StrCat("Room version not supported: ", version));
}

absl::Status IncompatibleRoomVersion(std::string_view version) {
  // Room versions are checked against the grammar before they come here, so they need no JSON escaping.
  return Matrix(400, "M_INCOMPATIBLE_ROOM_VERSION", "The room's version is not supported by this server",
                absl::StrCat(R"({"room_version":")", version, R"("})"));
}

absl::Status BadAlias(std::string_view message) { return Matrix(400, "M_BAD_ALIAS", message); }
absl::Status GuestAccessForbidden(std::string_view message) { return Matrix(403, "M_GUEST_ACCESS_FORBIDDEN", message); }
absl::Status UserDeactivated() { return Matrix(403, "M_USER_DEACTIVATED", "This account has been deactivated"); }

absl::Status UserLocked() {
  return Matrix(401, "M_USER_LOCKED", "This account has been locked", R"({"soft_logout":true})");
}

absl::Status Unknown(int http_status, std::string_view message) { return Matrix(http_status, "M_UNKNOWN", message); }
absl::Status TryAgain(std::string_view message) { return absl::UnavailableError(message); }

}  // namespace errors
}  // namespace plexus
