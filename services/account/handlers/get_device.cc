#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/device_body.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(GetDevice) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  auto read = [request](storage::Session& session) {
    return FindDevice(session, request.user_id(), request.device_id());
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<Device> device, co_await tenant.Run(std::move(read)));
  if (!device) co_return errors::NotFound("There is no such device");
  v1::GetDeviceResponse response;
  response.set_body_json(json::Serialize(DeviceBody(*device)));
  co_return response;
}

}  // namespace plexus::account
