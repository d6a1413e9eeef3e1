// Client-Server API, "Profiles".
#include "gateway/routes/routes.h"
#include "plexus/account/v1/account_service.rpc.h"

namespace plexus::gateway {

using account::v1::AccountService;

EndpointList ProfileRoutes() {
  return {
      {"GET", "/_matrix/client/v3/profile/{user_id}", Auth::kNone, Limit::kRequest, To(AccountService::GetProfile)},
      {"GET", "/_matrix/client/v3/profile/{user_id}/{key_name}", Auth::kNone, Limit::kRequest,
       To(AccountService::GetProfile)},
      {"PUT",
       "/_matrix/client/v3/profile/{user_id}/{key_name}",
       Auth::kGuest,
       Limit::kRequest,
       To(AccountService::SetProfileField),
       {.body = Body::kRequired, .suspended_may_not = true}},
      {"DELETE",
       "/_matrix/client/v3/profile/{user_id}/{key_name}",
       Auth::kGuest,
       Limit::kRequest,
       To(AccountService::DeleteProfileField),
       {.suspended_may_not = true}},
  };
}

}  // namespace plexus::gateway
