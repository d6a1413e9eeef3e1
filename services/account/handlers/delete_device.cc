#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "common/json/parse.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/revocation.h"
#include "services/account/handlers/uia_gate.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(DeleteDevice) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObjectOrEmpty(request.body_json()));
  std::vector<std::string> devices = {request.device_id()};
  UiaRequest uia;
  uia.flows = {{std::string(kStagePassword)}};
  uia.operation = UiaOperation("DELETE /devices", request.user_id(), devices);
  uia.user_id = request.user_id();
  PLEXUS_CO_ASSIGN_OR_RETURN(uia.auth, TakeAuth(body));
  absl::StatusOr<UiaSession> passed = co_await PassUia(tenant, std::move(uia));
  if (!passed.ok()) co_return passed.status();
  absl::Status removed = co_await RemoveDevices(tenant, context, request.user_id(), std::move(devices));
  if (!removed.ok()) co_return removed;
  v1::DeleteDeviceResponse response;
  response.set_body_json("{}");
  co_return response;
}

}  // namespace plexus::account
