#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"
#include "services/account/domain/tags.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/edit_account_data.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(DeleteTag) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  PLEXUS_CO_RETURN_IF_ERROR(RequireRoomId(request.room_id()));
  AccountDataKey key{request.user_id(), request.room_id(), std::string(matrix::kTag)};
  ContentEdit remove = [name = request.tag()](json::Object& content) -> absl::StatusOr<bool> {
    return RemoveTagFrom(content, name);
  };
  absl::Status edited = co_await EditAccountData(tenant, context, std::move(key), std::move(remove));
  if (!edited.ok()) co_return edited;
  v1::DeleteTagResponse response;
  response.set_body_json("{}");
  co_return response;
}

}  // namespace plexus::account
