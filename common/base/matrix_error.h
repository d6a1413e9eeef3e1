// A failure as a Matrix client sees it, carried inside absl::Status and rendered once, in the gateway.
// Client-Server API, "Standard error response".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace plexus {

struct MatrixError {
  int http_status = 500;
  std::string errcode;          // "M_FORBIDDEN"
  std::string message;          // for people; never holds secrets
  std::string extra_json = "";  // further members as a JSON object ("{\"soft_logout\":true}"), or empty
};

// Wraps `error` in a Status whose code follows its HTTP status (403 -> PermissionDenied …).
absl::Status ToStatus(const MatrixError& error);

// The Matrix error inside `status`, or one derived from its code alone: Unavailable and Aborted become 503
// M_UNKNOWN, DeadlineExceeded 504 M_UNKNOWN, ResourceExhausted 429 M_LIMIT_EXCEEDED, all else 500 M_UNKNOWN with
// a message that tells nothing about the inside. `status` must not be OK.
MatrixError FromStatus(const absl::Status& status);

// The Matrix error that `status` carries explicitly, if any.
std::optional<MatrixError> CarriedMatrixError(const absl::Status& status);

// Named constructors, one per failure of the specification.
namespace errors {

absl::Status Matrix(int http_status, std::string_view errcode, std::string_view message,
                    std::string_view extra_json = "");

absl::Status Forbidden(std::string_view message);                 // 403 M_FORBIDDEN
absl::Status NotFound(std::string_view message);                  // 404 M_NOT_FOUND
absl::Status Unrecognized(std::string_view message);              // 404 M_UNRECOGNIZED
absl::Status MethodNotAllowed();                                  // 405 M_UNRECOGNIZED
absl::Status MissingToken();                                      // 401 M_MISSING_TOKEN
absl::Status UnknownToken(bool soft_logout);                      // 401 M_UNKNOWN_TOKEN
absl::Status NotJson(std::string_view message);                   // 400 M_NOT_JSON
absl::Status BadJson(std::string_view message);                   // 400 M_BAD_JSON
absl::Status InvalidParam(std::string_view message);              // 400 M_INVALID_PARAM
absl::Status MissingParam(std::string_view message);              // 400 M_MISSING_PARAM
absl::Status TooLarge(std::string_view message);                  // 413 M_TOO_LARGE
absl::Status LimitExceeded(absl::Duration retry_after);           // 429 M_LIMIT_EXCEEDED, retry_after_ms
absl::Status UserInUse(std::string_view message);                 // 400 M_USER_IN_USE
absl::Status InvalidUsername(std::string_view message);           // 400 M_INVALID_USERNAME
absl::Status WeakPassword(std::string_view message);              // 400 M_WEAK_PASSWORD
absl::Status Exclusive(std::string_view message);                 // 400 M_EXCLUSIVE
absl::Status RoomInUse(std::string_view message);                 // 400 M_ROOM_IN_USE
absl::Status InvalidRoomState(std::string_view message);          // 400 M_INVALID_ROOM_STATE
absl::Status UnsupportedRoomVersion(std::string_view version);    // 400 M_UNSUPPORTED_ROOM_VERSION
absl::Status IncompatibleRoomVersion(std::string_view version);   // 400 M_INCOMPATIBLE_ROOM_VERSION, room_version
absl::Status BadAlias(std::string_view message);                  // 400 M_BAD_ALIAS
absl::Status GuestAccessForbidden(std::string_view message);      // 403 M_GUEST_ACCESS_FORBIDDEN
absl::Status UserDeactivated();                                   // 403 M_USER_DEACTIVATED
absl::Status UserLocked();                                        // 401 M_USER_LOCKED, soft_logout
absl::Status Unknown(int http_status, std::string_view message);  // M_UNKNOWN
// 503 M_UNKNOWN: nothing was done, the client may try again (a shard between owners, a draining copy).
absl::Status TryAgain(std::string_view message);

}  // namespace errors
}  // namespace plexus
