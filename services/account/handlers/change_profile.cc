#include "services/account/handlers/change_profile.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "services/account/jobs/profile_spreader.h"
#include "services/account/storage/profile_jobs.h"
#include "services/account/storage/profiles.h"

namespace plexus::account {
namespace {

// Whether something has to be spread.
absl::StatusOr<bool> Change(storage::Transaction& transaction, const UserLog& log, const std::string& user_id,
                            std::string_view key, const std::optional<json::Value>& value) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<Profile> profile, FindProfile(transaction, user_id));
  if (!profile) return errors::NotFound("Profile not found");
  const Profile old = *profile;
  if (value) {
    PLEXUS_RETURN_IF_ERROR(SetField(*profile, key, *value));
  } else {
    RemoveField(*profile, key);
  }
  PLEXUS_RETURN_IF_ERROR(StoreProfile(transaction, user_id, *profile));
  if (profile->displayname == old.displayname && profile->avatar_url == old.avatar_url) return false;
  PLEXUS_RETURN_IF_ERROR(RestartProfileJob(transaction, user_id, log.shard()));
  return true;
}

}  // namespace

Task<absl::Status> ChangeProfile(const AccountTenant& tenant, rpc::Context context, std::string user_id,
                                 std::string key, std::optional<json::Value> value) {
  auto change = [user_id, key = std::move(key), value = std::move(value)](storage::Transaction& transaction,
                                                                          UserLog& log) {
    return Change(transaction, log, user_id, key, value);
  };
  absl::StatusOr<bool> spread =
      co_await UserShards::Write(tenant.shards, std::move(context), user_id, /*entries=*/0, std::move(change));
  if (!spread.ok()) co_return spread.status();
  if (*spread) tenant.profile_spreader->Wake();
  co_return absl::OkStatus();
}

}  // namespace plexus::account
