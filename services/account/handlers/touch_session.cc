#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "services/account/storage/access_tokens.h"
#include "services/account/storage/devices.h"
#include "services/account/storage/refresh_tokens.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(TouchSession) {
  auto touch = [request, now = tenant.now_ms()](storage::Transaction& transaction, UserLog&) -> absl::StatusOr<bool> {
    PLEXUS_ASSIGN_OR_RETURN(std::optional<TouchedToken> token,
                            MarkTokenUsed(transaction, request.user_id(), request.token_id()));
    if (!token) return false;
    if (token->refresh_id != 0) PLEXUS_RETURN_IF_ERROR(DeletePredecessorOf(transaction, token->refresh_id));
    PLEXUS_RETURN_IF_ERROR(TouchDevice(transaction, request.user_id(), token->device_id, request.client().ip(), now));
    return true;
  };
  absl::StatusOr<bool> touched =
      co_await UserShards::Write(tenant.shards, context, request.user_id(), /*entries=*/0, std::move(touch));
  if (!touched.ok()) co_return touched.status();
  co_return v1::TouchSessionResponse();
}

}  // namespace plexus::account
