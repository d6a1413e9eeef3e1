#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "services/account/domain/profile.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/change_profile.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(DeleteProfileField) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  PLEXUS_CO_RETURN_IF_ERROR(RequireNotSuspended(request.requester()));
  PLEXUS_CO_RETURN_IF_ERROR(CheckProfileKey(request.key_name()));
  std::optional<json::Value> removal;
  absl::Status changed =
      co_await ChangeProfile(tenant, context, request.user_id(), request.key_name(), std::move(removal));
  if (!changed.ok()) co_return changed;
  v1::DeleteProfileFieldResponse response;
  response.set_body_json("{}");
  co_return response;
}

}  // namespace plexus::account
