#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/revocation.h"
#include "services/account/storage/access_tokens.h"

namespace plexus::account {

namespace {

// A token without a device is only itself.
Task<absl::Status> RevokeToken(const AccountTenant& tenant, rpc::Context context, common::v1::Requester requester) {
  const std::string user_id = requester.user_id();
  auto revoke = [user_id, token_id = requester.token_id()](storage::Transaction& transaction, UserLog&) {
    return DeleteTokenById(transaction, user_id, token_id);
  };
  absl::StatusOr<std::vector<int64_t>> revoked =
      co_await UserShards::Write(tenant.shards, std::move(context), user_id, /*entries=*/0, std::move(revoke));
  if (!revoked.ok()) co_return revoked.status();
  // Repeated requests find the token gone, but the first may have failed before it told the gateways.
  std::vector<int64_t> tokens = {requester.token_id()};
  co_await ForgetTokens(tenant, std::move(tokens));
  co_return absl::OkStatus();
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(Logout) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  absl::Status status = co_await RevokeToken(tenant, context, request.requester());
  if (status.ok() && !request.requester().device_id().empty()) {
    std::vector<std::string> devices = {request.requester().device_id()};
    status = co_await RemoveDevices(tenant, context, request.user_id(), std::move(devices));
  }
  if (!status.ok()) co_return status;
  v1::LogoutResponse response;
  response.set_body_json("{}");
  co_return response;
}

}  // namespace plexus::account
