// Client-Server API, "Device Management".
#include "gateway/routes/routes.h"
#include "plexus/account/v1/account_service.rpc.h"

namespace plexus::gateway {

using account::v1::AccountService;

EndpointList DeviceRoutes() {
  return {
      {"GET", "/_matrix/client/v3/devices", Auth::kGuest, Limit::kRequest, To(AccountService::ListDevices)},
      {"GET", "/_matrix/client/v3/devices/{device_id}", Auth::kGuest, Limit::kRequest, To(AccountService::GetDevice)},
      {"PUT",
       "/_matrix/client/v3/devices/{device_id}",
       Auth::kGuest,
       Limit::kRequest,
       To(AccountService::UpdateDevice),
       {.body = Body::kRequired}},
      {"DELETE",
       "/_matrix/client/v3/devices/{device_id}",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::DeleteDevice),
       {.body = Body::kOptional}},
      {"POST",
       "/_matrix/client/v3/delete_devices",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::DeleteDevices),
       {.body = Body::kRequired, .max_body = kLargeJsonBody}},
  };
}

}  // namespace plexus::gateway
