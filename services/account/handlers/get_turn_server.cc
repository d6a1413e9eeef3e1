#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/json/canonical.h"
#include "services/account/domain/turn.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(GetTurnServer) {
  const platform::TurnConfig& turn = tenant.config().turn;
  if (turn.uris.empty()) co_return errors::NotFound("This server has no TURN server");
  v1::GetTurnServerResponse response;
  response.set_body_json(json::Serialize(TurnCredentials(turn, request.requester().user_id(), tenant.now_ms())));
  co_return response;
}

}  // namespace plexus::account
