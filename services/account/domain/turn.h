// Time-limited TURN credentials ("A REST API For Access To TURN Services"). Client-Server API, "Voice over IP".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/json/value.h"
#include "common/platform/config.h"

namespace plexus::account {

// The body of GET /voip/turnServer for the user: username "<end in Unix seconds>:<user id>", password the base64 of
// its HMAC-SHA1 under the secret that the TURN server shares.
json::Object TurnCredentials(const platform::TurnConfig& config, std::string_view user_id, int64_t now_ms);

}  // namespace plexus::account
