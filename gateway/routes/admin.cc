// Registration with a shared secret, as operators' scripts know it.
#include "gateway/routes/routes.h"
#include "plexus/account/v1/account_service.rpc.h"

namespace plexus::gateway {

using account::v1::AccountService;

EndpointList AdminRoutes() {
  return {
      {"GET", "/_synapse/admin/v1/register", Auth::kNone, Limit::kRegistration,
       To(AccountService::GetSharedSecretNonce)},
      {"POST",
       "/_synapse/admin/v1/register",
       Auth::kNone,
       Limit::kRegistration,
       To(AccountService::RegisterWithSharedSecret),
       {.body = Body::kRequired}},
  };
}

}  // namespace plexus::gateway
