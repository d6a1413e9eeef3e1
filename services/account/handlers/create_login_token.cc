#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "services/account/domain/token.h"
#include "services/account/handlers/uia_gate.h"
#include "services/account/storage/one_time_tokens.h"

namespace plexus::account {

namespace {

constexpr int64_t kLoginTokenLifetimeMs = 120'000;

}  // namespace

PLEXUS_ACCOUNT_HANDLER(CreateLoginToken) {
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObjectOrEmpty(request.body_json()));
  const std::string user_id = request.requester().user_id();
  UiaRequest uia;
  uia.flows = {{std::string(kStagePassword)}};
  uia.operation = UiaOperation("POST /login/get_token", user_id, {request.requester().device_id()});
  uia.user_id = user_id;
  PLEXUS_CO_ASSIGN_OR_RETURN(uia.auth, TakeAuth(body));
  PLEXUS_CO_ASSIGN_OR_RETURN(UiaSession session, co_await PassUia(tenant, std::move(uia)));

  const std::string token = MintToken(TokenKind::kLogin, user_id);
  auto store = [hash = TokenHash(token), user_id, expires = tenant.now_ms() + kLoginTokenLifetimeMs,
                session_id = session.session_id](storage::Transaction& transaction) -> absl::Status {
    // Each client that is let in needs the user's consent anew.
    PLEXUS_RETURN_IF_ERROR(DeleteUiaSession(transaction, session_id));
    return InsertOneTimeToken(transaction, hash, kLoginPurpose, user_id, expires);
  };
  auto work = [store = std::move(store)](storage::Session& db) { return db.InTransaction(store); };
  absl::Status stored = co_await tenant.Run(std::move(work));
  if (!stored.ok()) co_return stored;
  const json::Object answer{{"login_token", token}, {"expires_in_ms", kLoginTokenLifetimeMs}};
  v1::CreateLoginTokenResponse response;
  response.set_body_json(json::Serialize(answer));
  co_return response;
}

}  // namespace plexus::account
