#include "services/room/handlers/profile.h"

#include "common/base/status_macros.h"
#include "common/json/parse.h"
#include "common/matrix/ids.h"
#include "common/rpc/call.h"
#include "plexus/account/v1/account_service.rpc.h"

namespace plexus::room {

Task<absl::StatusOr<MemberProfile>> ReadProfile(const RoomTenant& tenant, rpc::Context context, std::string user_id) {
  if (matrix::ServerName(user_id) != tenant.server_name()) co_return MemberProfile();
  account::v1::GetProfileRequest request;
  request.set_user_id(user_id);
  absl::StatusOr<account::v1::GetProfileResponse> response = co_await rpc::Call(
      *tenant.env.rpc, std::move(context), account::v1::AccountService::GetProfile, std::move(request));
  if (absl::IsNotFound(response.status())) co_return MemberProfile();
  if (!response.ok()) co_return response.status();
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObjectOrEmpty(response->body_json()));
  co_return ProfileFrom(body);
}

}  // namespace plexus::room
