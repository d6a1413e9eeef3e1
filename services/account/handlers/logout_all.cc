#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/revocation.h"
#include "services/account/storage/access_tokens.h"
#include "services/account/storage/devices.h"
#include "services/account/storage/refresh_tokens.h"

namespace plexus::account {

namespace {

// Devices that may come while the others are being counted.
constexpr int kSpareEntries = 8;

absl::StatusOr<std::vector<int64_t>> DeleteEverySession(storage::Transaction& transaction, UserLog& log,
                                                        const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(std::vector<Device> devices, DevicesOf(transaction, user_id));
  std::vector<std::string> ids;
  for (const Device& device : devices) {
    ids.push_back(device.device_id);
    PLEXUS_RETURN_IF_ERROR(log.ChangeDevice(user_id, device.device_id, /*deleted=*/true));
  }
  PLEXUS_RETURN_IF_ERROR(DeleteDeviceRows(transaction, user_id, ids).status());
  PLEXUS_RETURN_IF_ERROR(DeleteRefreshTokensOfUser(transaction, user_id));
  return DeleteTokensOfUser(transaction, user_id);
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(LogoutAll) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  const std::string user_id = request.user_id();
  auto read = [user_id](storage::Session& session) { return DevicesOf(session, user_id); };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::vector<Device> devices, co_await tenant.Run(std::move(read)));
  const int entries = static_cast<int>(devices.size()) + kSpareEntries;
  auto remove = [user_id](storage::Transaction& transaction, UserLog& log) {
    return DeleteEverySession(transaction, log, user_id);
  };
  absl::StatusOr<std::vector<int64_t>> revoked =
      co_await UserShards::Write(tenant.shards, context, user_id, entries, std::move(remove));
  if (!revoked.ok()) co_return revoked.status();
  revoked->push_back(request.requester().token_id());
  co_await ForgetTokens(tenant, *std::move(revoked));
  v1::LogoutAllResponse response;
  response.set_body_json("{}");
  co_return response;
}

}  // namespace plexus::account
