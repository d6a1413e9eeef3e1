#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "common/json/parse.h"
#include "services/account/domain/profile.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/change_profile.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(SetProfileField) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  PLEXUS_CO_RETURN_IF_ERROR(RequireNotSuspended(request.requester()));
  PLEXUS_CO_RETURN_IF_ERROR(CheckProfileKey(request.key_name()));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObject(request.body_json()));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Value value, ProfileValueOf(body, request.key_name()));
  std::optional<json::Value> change = std::move(value);
  absl::Status changed =
      co_await ChangeProfile(tenant, context, request.user_id(), request.key_name(), std::move(change));
  if (!changed.ok()) co_return changed;
  v1::SetProfileFieldResponse response;
  response.set_body_json("{}");
  co_return response;
}

}  // namespace plexus::account
