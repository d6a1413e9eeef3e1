// Registration with a shared secret, as operators' tools do it: POST /_synapse/admin/v1/register.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/json/value.h"

namespace plexus::account {

struct SharedSecretRequest {
  std::string nonce, username, password, mac;
  std::string display_name;  // empty: none given
  std::string user_type;     // empty: none given
  bool is_admin = false;
};

// 400 M_MISSING_PARAM or M_BAD_JSON for members that are missing or of a wrong type.
absl::StatusOr<SharedSecretRequest> ParseSharedSecretRequest(const json::Object& body);

// Whether `mac` is the lower-case hexadecimal HMAC-SHA1, under the secret, of
// nonce NUL username NUL password NUL ("admin" | "notadmin") [NUL user_type]. Takes constant time.
bool MacMatches(const SharedSecretRequest& request, std::string_view shared_secret);

}  // namespace plexus::account
