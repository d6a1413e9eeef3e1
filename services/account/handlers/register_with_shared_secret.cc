#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/parse.h"
#include "common/matrix/ids.h"
#include "common/rpc/call.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "services/account/domain/registration.h"
#include "services/account/domain/shared_secret.h"
#include "services/account/domain/token.h"
#include "services/account/storage/one_time_tokens.h"

namespace plexus::account {

namespace {

Task<absl::Status> UseNonce(const AccountTenant& tenant, std::string nonce) {
  auto take = [hash = TokenHash(nonce), now = tenant.now_ms()](storage::Session& session) {
    return TakeOneTimeToken(session, hash, kNoncePurpose, now);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<std::string> found, co_await tenant.Run(std::move(take)));
  co_return found ? absl::OkStatus() : errors::Unknown(400, "Unrecognised nonce");
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(RegisterWithSharedSecret) {
  const std::string& secret = tenant.config().registration.shared_secret;
  if (secret.empty()) co_return errors::Unknown(400, "Shared secret registration is not enabled");
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObject(request.body_json()));
  PLEXUS_CO_ASSIGN_OR_RETURN(SharedSecretRequest asked, ParseSharedSecretRequest(body));
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string user_id, matrix::NewUserId(asked.username, tenant.server_name()));
  PLEXUS_CO_RETURN_IF_ERROR(CheckNewPassword(asked.password));
  absl::Status used = co_await UseNonce(tenant, asked.nonce);
  if (!used.ok()) co_return used;
  if (!MacMatches(asked, secret)) co_return errors::Forbidden("HMAC incorrect");

  v1::CompleteRegistrationRequest complete;
  complete.set_user_id(user_id);
  complete.set_is_admin(asked.is_admin);
  complete.set_display_name(asked.display_name);
  *complete.mutable_session()->mutable_client() = request.client();
  PLEXUS_CO_ASSIGN_OR_RETURN(*complete.mutable_password_hash(),
                             co_await tenant.env.passwords->Hash(asked.password, tenant.password_cost()));
  PLEXUS_CO_ASSIGN_OR_RETURN(
      v1::CompleteRegistrationResponse completed,
      co_await rpc::Call(*tenant.env.rpc, context, v1::AccountService::CompleteRegistration, std::move(complete)));
  v1::RegisterWithSharedSecretResponse response;
  response.set_body_json(SignedInBody(user_id, completed.tokens()));
  co_return response;
}

}  // namespace plexus::account
