#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "services/account/handlers/authorise.h"
#include "services/account/storage/account_data.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(GetAccountData) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  if (!request.room_id().empty()) PLEXUS_CO_RETURN_IF_ERROR(RequireRoomId(request.room_id()));
  auto read = [request](storage::Session& session) {
    return FindAccountData(session, {request.user_id(), request.room_id(), request.type()});
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<json::Object> content, co_await tenant.Run(std::move(read)));
  if (!content) co_return errors::NotFound("Account data not found.");
  v1::GetAccountDataResponse response;
  response.set_body_json(json::Serialize(*content));
  co_return response;
}

}  // namespace plexus::account
