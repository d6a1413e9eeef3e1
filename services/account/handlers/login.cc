#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "common/rpc/call.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "services/account/domain/registration.h"
#include "services/account/domain/sign_in.h"
#include "services/account/domain/token.h"
#include "services/account/handlers/check_password.h"
#include "services/account/storage/one_time_tokens.h"

namespace plexus::account {

namespace {

Task<absl::StatusOr<std::string>> LoginByPassword(const AccountTenant& tenant, const json::Object& body) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string user_id, UserFromBody(body, tenant.server_name()));
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string password, json::RequireString(body, "password"));
  PLEXUS_CO_ASSIGN_OR_RETURN(Account account, co_await CheckPassword(tenant, std::move(user_id), std::move(password)));
  co_return account.user_id;
}

Task<absl::StatusOr<std::string>> LoginByToken(const AccountTenant& tenant, const json::Object& body) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string token, json::RequireString(body, "token"));
  const absl::Status invalid = errors::Forbidden("Invalid login token");
  std::optional<std::string> user_id = UserOfToken(TokenKind::kLogin, token, tenant.server_name());
  if (!user_id) co_return invalid;
  auto take = [hash = TokenHash(token), now = tenant.now_ms()](storage::Session& session) {
    return TakeOneTimeToken(session, hash, kLoginPurpose, now);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<std::string> owner, co_await tenant.Run(std::move(take)));
  if (owner != user_id) co_return invalid;
  co_return *std::move(user_id);
}

Task<absl::StatusOr<std::string>> Authenticate(const AccountTenant& tenant, const json::Object& body) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string type, json::RequireString(body, "type"));
  if (type == "m.login.password") co_return co_await LoginByPassword(tenant, body);
  if (type == "m.login.token") co_return co_await LoginByToken(tenant, body);
  co_return errors::Unknown(400, "Bad login type.");
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(Login) {
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObject(request.body_json()));
  v1::CreateSessionRequest create;
  PLEXUS_CO_ASSIGN_OR_RETURN(*create.mutable_session(), SessionFromBody(body));
  *create.mutable_session()->mutable_client() = request.client();
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string user_id, co_await Authenticate(tenant, body));
  create.set_user_id(user_id);
  PLEXUS_CO_ASSIGN_OR_RETURN(
      v1::CreateSessionResponse created,
      co_await rpc::Call(*tenant.env.rpc, context, v1::AccountService::CreateSession, std::move(create)));
  v1::LoginResponse response;
  response.set_body_json(SignedInBody(user_id, created.tokens(), tenant.config().public_base_url));
  co_return response;
}

}  // namespace plexus::account
