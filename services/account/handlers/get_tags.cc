#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/matrix/event_types.h"
#include "services/account/domain/tags.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/edit_account_data.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(GetTags) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  PLEXUS_CO_RETURN_IF_ERROR(RequireRoomId(request.room_id()));
  AccountDataKey key{request.user_id(), request.room_id(), std::string(matrix::kTag)};
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object content, co_await ReadAccountData(tenant, std::move(key)));
  const json::Object answer{{"tags", TagsOf(content)}};
  v1::GetTagsResponse response;
  response.set_body_json(json::Serialize(answer));
  co_return response;
}

}  // namespace plexus::account
