#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/matrix/ids.h"
#include "common/rpc/call.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "services/account/domain/registration.h"
#include "services/account/handlers/check_password.h"
#include "services/account/handlers/uia_gate.h"

namespace plexus::account {

namespace {

// Generated names that may turn out to be taken.
constexpr int kNameAttempts = 3;

// M_USER_IN_USE if there is such a user, unless this very session made it: then the client did not get its answer.
Task<absl::Status> CheckAvailable(const AccountTenant& tenant, std::string user_id, std::string uia_session) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<Account> account, co_await ReadAccount(tenant, user_id));
  if (!account) co_return absl::OkStatus();
  const absl::Status taken = errors::UserInUse("This user name is taken");
  if (uia_session.empty()) co_return taken;
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<UiaSession> session, co_await ReadUiaSession(tenant, uia_session));
  co_return session && session->result_user == user_id ? absl::OkStatus() : taken;
}

// Signs the user in whom the finished session made, for a client that repeats its last request.
Task<absl::StatusOr<v1::SessionTokens>> SignInAgain(const AccountTenant& tenant, const rpc::Context& context,
                                                    std::string user_id, const Registration& registration) {
  absl::StatusOr<Account> account = co_await CheckPassword(tenant, user_id, registration.password);
  if (!account.ok()) co_return account.status();
  if (registration.inhibit_login) co_return v1::SessionTokens();
  v1::CreateSessionRequest create;
  create.set_user_id(user_id);
  *create.mutable_session() = registration.session;
  PLEXUS_CO_ASSIGN_OR_RETURN(
      v1::CreateSessionResponse created,
      co_await rpc::Call(*tenant.env.rpc, context, v1::AccountService::CreateSession, std::move(create)));
  co_return std::move(*created.mutable_tokens());
}

Task<absl::StatusOr<v1::SessionTokens>> Complete(const AccountTenant& tenant, const rpc::Context& context,
                                                 std::string user_id, std::string uia_session, std::string hash,
                                                 const Registration& registration) {
  v1::CompleteRegistrationRequest complete;
  complete.set_user_id(user_id);
  complete.set_password_hash(hash);
  complete.set_uia_session(uia_session);
  if (!registration.inhibit_login) *complete.mutable_session() = registration.session;
  PLEXUS_CO_ASSIGN_OR_RETURN(
      v1::CompleteRegistrationResponse completed,
      co_await rpc::Call(*tenant.env.rpc, context, v1::AccountService::CompleteRegistration, std::move(complete)));
  co_return std::move(*completed.mutable_tokens());
}

bool IsTaken(const absl::Status& status) {
  std::optional<MatrixError> error = CarriedMatrixError(status);
  return error && error->errcode == "M_USER_IN_USE";
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(Register) {
  PLEXUS_CO_RETURN_IF_ERROR(CheckKind(request.kind()));
  PLEXUS_CO_ASSIGN_OR_RETURN(UiaFlows flows, RegistrationFlows(tenant.config().registration));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObjectOrEmpty(request.body_json()));
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<UiaAuth> auth, TakeAuth(body));
  PLEXUS_CO_ASSIGN_OR_RETURN(Registration registration, ParseRegistration(body, tenant.server_name()));
  *registration.session.mutable_client() = request.client();
  const std::string session_id = auth ? auth->session : "";
  if (!registration.user_id.empty()) {
    absl::Status available = co_await CheckAvailable(tenant, registration.user_id, session_id);
    if (!available.ok()) co_return available;
  }

  UiaRequest uia{std::move(flows), UiaOperation("POST /register", "", {}), "", std::move(auth)};
  PLEXUS_CO_ASSIGN_OR_RETURN(UiaSession session, co_await PassUia(tenant, std::move(uia)));
  if (registration.password.empty()) co_return errors::MissingParam("Missing 'password'");

  std::string user_id = session.result_user;
  absl::StatusOr<v1::SessionTokens> tokens;
  if (!user_id.empty()) {
    if (!registration.user_id.empty() && registration.user_id != user_id) {
      co_return errors::Forbidden("The session has registered another user");
    }
    tokens = co_await SignInAgain(tenant, context, user_id, registration);
  } else {
    PLEXUS_CO_ASSIGN_OR_RETURN(std::string hash,
                               co_await tenant.env.passwords->Hash(registration.password, tenant.password_cost()));
    const bool generate = registration.user_id.empty();
    for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
      user_id = generate ? GeneratedUserId(tenant.server_name()) : registration.user_id;
      tokens = co_await Complete(tenant, context, user_id, session.session_id, hash, registration);
      if (!generate || tokens.ok() || !IsTaken(tokens.status())) break;
    }
  }
  if (!tokens.ok()) co_return tokens.status();
  v1::RegisterResponse response;
  response.set_body_json(SignedInBody(user_id, *tokens));
  co_return response;
}

}  // namespace plexus::account
