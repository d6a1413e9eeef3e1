// User-interactive authentication as rules: which stages are left, and how the 401 answer looks.
// Client-Server API, "User-Interactive Authentication API".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/json/value.h"

namespace plexus::account {

inline constexpr std::string_view kStagePassword = "m.login.password";
inline constexpr std::string_view kStageDummy = "m.login.dummy";
inline constexpr std::string_view kStageRegistrationToken = "m.login.registration_token";

// A flow is a list of stages, to be completed in this order.
using UiaFlow = std::vector<std::string>;
using UiaFlows = std::vector<UiaFlow>;

// The `auth` member of a request.
struct UiaAuth {
  std::string session;  // empty: none yet
  std::string type;     // empty: the client asks whether the session is complete
  json::Object data;    // all members
};

// Takes `auth` out of a request's body. Nothing if there is none; 400 M_BAD_JSON if it is of a wrong type.
absl::StatusOr<std::optional<UiaAuth>> TakeAuth(json::Object& body);

// All stages of one of the flows are among `completed`.
bool IsComplete(const UiaFlows& flows, const std::vector<std::string>& completed);

// Whether `stage` is what one of the flows needs next after `completed`.
bool IsNextStage(const UiaFlows& flows, const std::vector<std::string>& completed, std::string_view stage);

// The status of the 401 that tells a client how to go on. `failure` is why the last attempt failed, a Matrix error,
// or OK: then the answer has no errcode (MatrixError::errcode is empty).
absl::Status Challenge(const UiaFlows& flows, std::string_view session, const std::vector<std::string>& completed,
                       const absl::Status& failure = absl::OkStatus());

// What a session is for: a hash of the method or path, the user (empty for nobody yet) and what the request names.
std::string UiaOperation(std::string_view method, std::string_view user_id, const std::vector<std::string>& subjects);

}  // namespace plexus::account
