#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/device_body.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(ListDevices) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  auto read = [user_id = request.user_id()](storage::Session& session) { return DevicesOf(session, user_id); };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::vector<Device> devices, co_await tenant.Run(std::move(read)));
  json::Array list;
  for (const Device& device : devices) list.push_back(DeviceBody(device));
  const json::Object answer{{"devices", std::move(list)}};
  v1::ListDevicesResponse response;
  response.set_body_json(json::Serialize(answer));
  co_return response;
}

}  // namespace plexus::account
