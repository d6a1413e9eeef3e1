// What a client says of its new session when it registers or signs in, and what it is answered.
// Client-Server API, "Legacy login" and "Relationship between access tokens and devices".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/json/value.h"
#include "plexus/account/v1/account_service.pb.h"

namespace plexus::account {

inline constexpr size_t kMaxDeviceIdBytes = 255;
inline constexpr size_t kMaxDeviceNameBytes = 512;

// `device_id`, `initial_device_display_name` and `refresh_token` of the body. 400 M_BAD_JSON for wrong types,
// M_INVALID_PARAM over the limits.
absl::StatusOr<v1::NewSession> SessionFromBody(const json::Object& body);

absl::Status CheckDeviceName(std::string_view display_name);

// Adds device_id, access_token and, if there is one, refresh_token and expires_in_ms to an answer.
void AddTokens(json::Object& body, const v1::SessionTokens& tokens);

// Whom a body means that identifies a user: {"identifier": {"type": "m.id.user", "user": …}}, or the deprecated
// {"user": …}; a full id of this server or a localpart. Upper-case ASCII letters are taken for lower-case ones.
// Errors: 400 M_MISSING_PARAM, M_BAD_JSON; 400 M_UNKNOWN for another type of identifier. Whether there is such a user
// is not asked.
absl::StatusOr<std::string> UserFromBody(const json::Object& body, std::string_view server_name);

}  // namespace plexus::account
