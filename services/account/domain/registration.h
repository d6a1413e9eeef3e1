// What a request to register asks for. Client-Server API, "Account registration".
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/json/value.h"
#include "common/platform/config.h"
#include "plexus/account/v1/account_service.pb.h"
#include "services/account/domain/uia.h"

namespace plexus::account {

struct Registration {
  std::string user_id;   // empty: to be generated
  std::string password;  // empty: none given
  bool inhibit_login = false;
  v1::NewSession session;
};

// 403 M_GUEST_ACCESS_FORBIDDEN for guests; 400 M_INVALID_PARAM for unknown kinds. Empty stands for "user".
absl::Status CheckKind(std::string_view kind);

// The flows on offer. 403 M_FORBIDDEN if the server registers nobody.
absl::StatusOr<UiaFlows> RegistrationFlows(const platform::RegistrationConfig& config);

// The body without `auth`. Errors: 400 M_BAD_JSON, M_INVALID_USERNAME, M_WEAK_PASSWORD, M_INVALID_PARAM.
absl::StatusOr<Registration> ParseRegistration(const json::Object& body, std::string_view server_name);

std::string GeneratedUserId(std::string_view server_name);

// The answer of /register and /login: user_id, home_server and, unless `tokens` is empty, the session.
std::string SignedInBody(std::string_view user_id, const v1::SessionTokens& tokens,
                         std::string_view public_base_url = "");

}  // namespace plexus::account
