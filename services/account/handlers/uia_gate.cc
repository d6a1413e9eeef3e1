#include "services/account/handlers/uia_gate.h"

#include <algorithm>

#include "common/base/matrix_error.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "services/account/domain/sign_in.h"
#include "services/account/handlers/check_password.h"
#include "services/account/storage/registration_tokens.h"

namespace plexus::account {
namespace {

constexpr size_t kSessionIdLength = 32;
constexpr int64_t kSessionLifetimeMs = 30 * 60 * 1000;

Task<absl::StatusOr<UiaSession>> OpenSession(const AccountTenant& tenant, std::string operation) {
  UiaSession session{
      RandomAlphanumeric(kSessionIdLength), std::move(operation), {}, "", tenant.now_ms() + kSessionLifetimeMs};
  auto insert = [session](storage::Session& db) -> absl::StatusOr<UiaSession> {
    PLEXUS_RETURN_IF_ERROR(InsertUiaSession(db, session));
    return session;
  };
  co_return co_await tenant.Run(std::move(insert));
}

Task<absl::Status> MarkComplete(const AccountTenant& tenant, std::string session_id, std::string stage) {
  auto complete = [session_id, stage](storage::Session& db) {
    return CompleteUiaStage(db, session_id, stage, /*registration_token=*/"").status();
  };
  co_return co_await tenant.Run(std::move(complete));
}

// The stage and the claimed use of the token are recorded together, or not at all.
Task<absl::Status> PassRegistrationToken(const AccountTenant& tenant, std::string session_id, json::Object data) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string token, json::RequireString(data, "token"));
  auto claim = [session_id, token, now = tenant.now_ms()](storage::Transaction& transaction) -> absl::Status {
    PLEXUS_ASSIGN_OR_RETURN(bool first,
                            CompleteUiaStage(transaction, session_id, std::string(kStageRegistrationToken), token));
    if (!first) return absl::OkStatus();
    PLEXUS_ASSIGN_OR_RETURN(bool reserved, ReserveRegistrationToken(transaction, token, now));
    return reserved ? absl::OkStatus() : errors::Forbidden("Invalid registration token");
  };
  auto work = [claim](storage::Session& db) { return db.InTransaction(claim); };
  co_return co_await tenant.Run(std::move(work));
}

Task<absl::Status> PassPassword(const AccountTenant& tenant, std::string session_id, std::string user_id,
                                json::Object data) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string password, json::RequireString(data, "password"));
  std::string named = user_id;
  if (data.contains("identifier") || data.contains("user")) {
    PLEXUS_CO_ASSIGN_OR_RETURN(named, UserFromBody(data, tenant.server_name()));
  }
  if (named != user_id) co_return errors::Forbidden("This is the session of another user");
  absl::StatusOr<Account> account = co_await CheckPassword(tenant, std::move(user_id), std::move(password));
  if (!account.ok()) co_return account.status();
  co_return co_await MarkComplete(tenant, std::move(session_id), std::string(kStagePassword));
}

Task<absl::Status> PassStage(const AccountTenant& tenant, std::string session_id, std::string user_id, UiaAuth auth) {
  if (auth.type == kStageDummy) co_return co_await MarkComplete(tenant, std::move(session_id), std::move(auth.type));
  if (auth.type == kStageRegistrationToken) {
    co_return co_await PassRegistrationToken(tenant, std::move(session_id), std::move(auth.data));
  }
  if (auth.type == kStagePassword) {
    co_return co_await PassPassword(tenant, std::move(session_id), std::move(user_id), std::move(auth.data));
  }
  co_return errors::Unrecognized("Unknown authentication type");
}

// What went wrong for the client, who may try again, as opposed to a failure of ours.
bool IsClientsFault(const absl::Status& status) {
  std::optional<MatrixError> error = CarriedMatrixError(status);
  return error && error->http_status < 500 && error->http_status != 429;
}

}  // namespace

Task<absl::StatusOr<std::optional<UiaSession>>> ReadUiaSession(const AccountTenant& tenant, std::string session_id) {
  auto read = [session_id = std::move(session_id), now = tenant.now_ms()](storage::Session& db) {
    return FindUiaSession(db, session_id, now);
  };
  co_return co_await tenant.Run(std::move(read));
}

Task<absl::StatusOr<UiaSession>> PassUia(const AccountTenant& tenant, UiaRequest request) {
  std::optional<UiaSession> session;
  if (request.auth && !request.auth->session.empty()) {
    PLEXUS_CO_ASSIGN_OR_RETURN(session, co_await ReadUiaSession(tenant, request.auth->session));
  }
  const bool is_lost = request.auth && !request.auth->session.empty() && !session;
  if (!session) {
    PLEXUS_CO_ASSIGN_OR_RETURN(session, co_await OpenSession(tenant, request.operation));
  }
  if (is_lost) {
    const absl::Status lost = errors::Forbidden("The session is unknown or has expired");
    co_return Challenge(request.flows, session->session_id, {}, lost);
  }
  if (session->operation != request.operation) co_return errors::Forbidden("The session is one of another request");
  if (!request.auth) co_return Challenge(request.flows, session->session_id, {});

  const std::string stage = request.auth->type;
  const std::vector<std::string>& done = session->completed;
  if (!stage.empty() && std::find(done.begin(), done.end(), stage) == done.end()) {
    absl::Status passed = errors::InvalidParam("This authentication type is not one of the next stages");
    if (IsNextStage(request.flows, done, stage)) {
      passed = co_await PassStage(tenant, session->session_id, request.user_id, *std::move(request.auth));
    }
    if (!passed.ok() && !IsClientsFault(passed)) co_return passed;
    if (!passed.ok()) co_return Challenge(request.flows, session->session_id, done, passed);
    session->completed.push_back(stage);
  }
  if (!IsComplete(request.flows, session->completed)) {
    co_return Challenge(request.flows, session->session_id, session->completed);
  }
  co_return *std::move(session);
}

}  // namespace plexus::account
