#include "services/account/handlers/edit_account_data.h"

#include <utility>

#include "common/base/status_macros.h"

namespace plexus::account {

Task<absl::Status> EditAccountData(const AccountTenant& tenant, rpc::Context context, AccountDataKey key,
                                   ContentEdit edit) {
  const std::string user_id = key.user_id;
  auto work = [key = std::move(key), edit = std::move(edit)](storage::Transaction& transaction,
                                                             UserLog& log) -> absl::StatusOr<bool> {
    PLEXUS_ASSIGN_OR_RETURN(std::optional<json::Object> content, FindAccountData(transaction, key));
    if (!content) content.emplace();
    PLEXUS_ASSIGN_OR_RETURN(bool changed, edit(*content));
    if (changed) PLEXUS_RETURN_IF_ERROR(log.SetAccountData(key, *content));
    return changed;
  };
  absl::StatusOr<bool> edited =
      co_await UserShards::Write(tenant.shards, std::move(context), user_id, /*entries=*/1, std::move(work));
  co_return edited.status();
}

Task<absl::StatusOr<json::Object>> ReadAccountData(const AccountTenant& tenant, AccountDataKey key) {
  auto read = [key = std::move(key)](storage::Session& session) { return FindAccountData(session, key); };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<json::Object> content, co_await tenant.Run(std::move(read)));
  if (!content) content.emplace();
  co_return *std::move(content);
}

}  // namespace plexus::account
