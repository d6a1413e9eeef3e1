#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "common/json/parse.h"
#include "common/matrix/event_types.h"
#include "services/account/domain/tags.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/edit_account_data.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(PutTag) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  PLEXUS_CO_RETURN_IF_ERROR(RequireRoomId(request.room_id()));
  PLEXUS_CO_RETURN_IF_ERROR(CheckTagName(request.tag()));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object tag, json::ParseObjectOrEmpty(request.body_json()));
  AccountDataKey key{request.user_id(), request.room_id(), std::string(matrix::kTag)};
  ContentEdit put = [name = request.tag(), tag = std::move(tag)](json::Object& content) -> absl::StatusOr<bool> {
    PLEXUS_RETURN_IF_ERROR(PutTagInto(content, name, tag));
    return true;
  };
  absl::Status edited = co_await EditAccountData(tenant, context, std::move(key), std::move(put));
  if (!edited.ok()) co_return edited;
  v1::PutTagResponse response;
  response.set_body_json("{}");
  co_return response;
}

}  // namespace plexus::account
