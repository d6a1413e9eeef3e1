// Client-Server API, "Client Authentication": registration, login and logout, tokens.
#include "gateway/binding/inputs.h"
#include "gateway/routes/routes.h"
#include "plexus/account/v1/account_service.rpc.h"

namespace plexus::gateway {

using account::v1::AccountService;
using account::v1::RegisterRequest;

namespace {

absl::Status BindKind(const Inputs&, Message& message) {
  auto& request = static_cast<RegisterRequest&>(message);
  if (request.kind().empty()) request.set_kind("user");
  return absl::OkStatus();
}

}  // namespace

EndpointList AccountRoutes() {
  return {
      {"POST",
       "/_matrix/client/v3/register",
       Auth::kNone,
       Limit::kRegistration,
       To(AccountService::Register),
       {.body = Body::kOptional, .query = {"kind"}, .bind = BindKind}},
      {"GET",
       "/_matrix/client/v3/register/available",
       Auth::kNone,
       Limit::kRegistration,
       To(AccountService::RegisterAvailable),
       {.query = {"username"}}},
      {"GET",
       "/_matrix/client/v1/register/m.login.registration_token/validity",
       Auth::kNone,
       Limit::kRegistration,
       To(AccountService::RegistrationTokenValidity),
       {.query = {"token"}}},
      {"GET", "/_matrix/client/v3/login", Auth::kNone, Limit::kRequest, To(AccountService::GetLoginFlows)},
      {"POST",
       "/_matrix/client/v3/login",
       Auth::kNone,
       Limit::kLogin,
       To(AccountService::Login),
       {.body = Body::kRequired}},
      {"POST",
       "/_matrix/client/v1/login/get_token",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::CreateLoginToken),
       {.body = Body::kOptional}},
      {"POST",
       "/_matrix/client/v3/refresh",
       Auth::kNone,
       Limit::kLogin,
       To(AccountService::Refresh),
       {.body = Body::kRequired}},
      {"POST",
       "/_matrix/client/v3/logout",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::Logout),
       {.body = Body::kOptional, .for_locked_users = true}},
      {"POST",
       "/_matrix/client/v3/logout/all",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::LogoutAll),
       {.body = Body::kOptional, .for_locked_users = true}},
      {"GET", "/_matrix/client/v3/account/whoami", Auth::kGuest, Limit::kRequest, To(AccountService::WhoAmI)},
  };
}

}  // namespace plexus::gateway
