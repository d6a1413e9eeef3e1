// Client-Server API, "Filtering", "Client Config", "Room Tagging".
#include "gateway/routes/routes.h"
#include "plexus/account/v1/account_service.rpc.h"

namespace plexus::gateway {

using account::v1::AccountService;

EndpointList AccountDataRoutes() {
  return {
      {"POST",
       "/_matrix/client/v3/user/{user_id}/filter",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::PutFilter),
       {.body = Body::kRequired}},
      {"GET", "/_matrix/client/v3/user/{user_id}/filter/{filter_id}", Auth::kUser, Limit::kRequest,
       To(AccountService::GetFilter)},
      {"GET", "/_matrix/client/v3/user/{user_id}/account_data/{type}", Auth::kUser, Limit::kRequest,
       To(AccountService::GetAccountData)},
      {"PUT",
       "/_matrix/client/v3/user/{user_id}/account_data/{type}",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::SetAccountData),
       {.body = Body::kRequired}},
      {"GET", "/_matrix/client/v3/user/{user_id}/rooms/{room_id}/account_data/{type}", Auth::kUser, Limit::kRequest,
       To(AccountService::GetAccountData)},
      {"PUT",
       "/_matrix/client/v3/user/{user_id}/rooms/{room_id}/account_data/{type}",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::SetAccountData),
       {.body = Body::kRequired}},
      {"GET", "/_matrix/client/v3/user/{user_id}/rooms/{room_id}/tags", Auth::kUser, Limit::kRequest,
       To(AccountService::GetTags)},
      {"PUT",
       "/_matrix/client/v3/user/{user_id}/rooms/{room_id}/tags/{tag}",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::PutTag),
       {.body = Body::kOptional}},
      {"DELETE", "/_matrix/client/v3/user/{user_id}/rooms/{room_id}/tags/{tag}", Auth::kUser, Limit::kRequest,
       To(AccountService::DeleteTag)},
  };
}

}  // namespace plexus::gateway
