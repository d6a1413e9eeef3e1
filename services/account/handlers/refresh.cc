#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/rpc/call.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "services/account/domain/token.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(Refresh) {
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObject(request.body_json()));
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string token, json::RequireString(body, "refresh_token"));
  std::optional<std::string> user_id = UserOfToken(TokenKind::kRefresh, token, tenant.server_name());
  if (!user_id) co_return errors::UnknownToken(/*soft_logout=*/false);
  v1::RefreshSessionRequest refresh;
  refresh.set_user_id(*user_id);
  refresh.set_token_hash(TokenHash(token));
  PLEXUS_CO_ASSIGN_OR_RETURN(
      v1::RefreshSessionResponse refreshed,
      co_await rpc::Call(*tenant.env.rpc, context, v1::AccountService::RefreshSession, std::move(refresh)));
  const json::Object answer{{"access_token", refreshed.tokens().access_token()},
                            {"refresh_token", refreshed.tokens().refresh_token()},
                            {"expires_in_ms", refreshed.tokens().expires_in_ms()}};
  v1::RefreshResponse response;
  response.set_body_json(json::Serialize(answer));
  co_return response;
}

}  // namespace plexus::account
