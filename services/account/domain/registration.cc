#include "services/account/domain/registration.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/matrix/ids.h"
#include "services/account/domain/password.h"
#include "services/account/domain/sign_in.h"

namespace plexus::account {
namespace {

constexpr size_t kGeneratedLocalpartLength = 12;

}  // namespace

absl::Status CheckKind(std::string_view kind) {
  if (kind == "guest") return errors::GuestAccessForbidden("This server has no guests");
  if (!kind.empty() && kind != "user") return errors::InvalidParam("'kind' is 'user' or 'guest'");
  return absl::OkStatus();
}

absl::StatusOr<UiaFlows> RegistrationFlows(const platform::RegistrationConfig& config) {
  if (config.require_token) return UiaFlows{{std::string(kStageRegistrationToken)}};
  if (config.enabled) return UiaFlows{{std::string(kStageDummy)}};
  return errors::Forbidden("Registration is disabled");
}

absl::StatusOr<Registration> ParseRegistration(const json::Object& body, std::string_view server_name) {
  Registration registration;
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> username, json::OptionalString(body, "username"));
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> password, json::OptionalString(body, "password"));
  PLEXUS_ASSIGN_OR_RETURN(std::optional<bool> inhibit_login, json::OptionalBool(body, "inhibit_login"));
  PLEXUS_ASSIGN_OR_RETURN(registration.session, SessionFromBody(body));
  if (username) {
    PLEXUS_ASSIGN_OR_RETURN(registration.user_id, matrix::NewUserId(*username, server_name));
  }
  if (password) PLEXUS_RETURN_IF_ERROR(CheckNewPassword(*password));
  registration.password = password.value_or("");
  registration.inhibit_login = inhibit_login.value_or(false);
  return registration;
}

std::string GeneratedUserId(std::string_view server_name) {
  return absl::StrCat("@", RandomString(kGeneratedLocalpartLength, "abcdefghijklmnopqrstuvwxyz"), ":", server_name);
}

std::string SignedInBody(std::string_view user_id, const v1::SessionTokens& tokens, std::string_view public_base_url) {
  json::Object body{{"user_id", user_id}, {"home_server", matrix::ServerName(user_id)}};
  if (!tokens.access_token().empty()) AddTokens(body, tokens);
  if (!public_base_url.empty()) {
    body["well_known"] = json::Object{{"m.homeserver", json::Object{{"base_url", public_base_url}}}};
  }
  return json::Serialize(body);
}

}  // namespace plexus::account
