#include "services/account/handlers/revocation.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/account/storage/access_tokens.h"
#include "services/account/storage/devices.h"
#include "services/account/storage/refresh_tokens.h"

namespace plexus::account {
namespace {

constexpr std::string_view kTokenKind = "token";
// Beyond this many it is quicker to have all checked anew.
constexpr size_t kMaxSingleInvalidations = 16;

absl::StatusOr<std::vector<int64_t>> DeleteDevicesAndTokens(storage::Transaction& transaction, UserLog& log,
                                                            const std::string& user_id,
                                                            const std::vector<std::string>& device_ids) {
  PLEXUS_ASSIGN_OR_RETURN(std::vector<std::string> deleted, DeleteDeviceRows(transaction, user_id, device_ids));
  for (const std::string& device_id : deleted) {
    PLEXUS_RETURN_IF_ERROR(log.ChangeDevice(user_id, device_id, /*deleted=*/true));
  }
  PLEXUS_RETURN_IF_ERROR(DeleteRefreshTokensOfDevices(transaction, user_id, device_ids));
  return DeleteTokensOfDevices(transaction, user_id, device_ids);
}

}  // namespace

Task<void> ForgetTokens(const AccountTenant& tenant, std::vector<int64_t> token_ids) {
  std::vector<std::string> keys;
  for (int64_t id : token_ids) keys.push_back(absl::StrCat(id));
  if (keys.size() > kMaxSingleInvalidations) keys = {""};
  for (std::string& key : keys) {
    // Without Redis, gateways trust no cached check, so there is nothing to do about a failure.
    co_await tenant.env.invalidator->Publish(tenant.server_name(), std::string(kTokenKind), std::move(key));
  }
}

Task<absl::Status> RemoveDevices(const AccountTenant& tenant, rpc::Context context, std::string user_id,
                                 std::vector<std::string> device_ids) {
  const int entries = static_cast<int>(device_ids.size());
  auto remove = [user_id, device_ids = std::move(device_ids)](storage::Transaction& transaction, UserLog& log) {
    return DeleteDevicesAndTokens(transaction, log, user_id, device_ids);
  };
  absl::StatusOr<std::vector<int64_t>> revoked =
      co_await UserShards::Write(tenant.shards, std::move(context), user_id, entries, std::move(remove));
  if (!revoked.ok()) co_return revoked.status();
  co_await ForgetTokens(tenant, *std::move(revoked));
  co_return absl::OkStatus();
}

}  // namespace plexus::account
