#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "services/account/storage/registration_tokens.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(RegistrationTokenValidity) {
  if (request.token().empty()) co_return errors::MissingParam("Missing 'token'");
  const platform::RegistrationConfig& config = tenant.config().registration;
  if (!config.enabled && !config.require_token) co_return errors::Forbidden("Registration is disabled");
  auto read = [token = request.token(), now = tenant.now_ms()](storage::Session& session) {
    return IsRegistrationTokenValid(session, token, now);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(bool valid, co_await tenant.Run(std::move(read)));
  v1::RegistrationTokenValidityResponse response;
  response.set_body_json(valid ? R"({"valid":true})" : R"({"valid":false})");
  co_return response;
}

}  // namespace plexus::account
