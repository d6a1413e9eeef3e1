#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "services/account/handlers/issue_session.h"
#include "services/account/handlers/revocation.h"
#include "services/account/storage/accounts.h"

namespace plexus::account {

namespace {

// The account may have changed since another copy looked at it.
absl::Status CheckMaySignIn(storage::Transaction& transaction, const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<Account> account, FindAccount(transaction, user_id));
  if (!account) return errors::Forbidden("There is no such user");
  if (account->deactivated) return errors::UserDeactivated();
  if (account->is_locked) return errors::UserLocked();
  return absl::OkStatus();
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(CreateSession) {
  const int64_t now = tenant.now_ms();
  MintedSession minted =
      MintSession(request.user_id(), request.session(), now, tenant.config().access_token_lifetime_ms);
  auto store = [minted, now](storage::Transaction& transaction, UserLog& log) -> absl::StatusOr<std::vector<int64_t>> {
    PLEXUS_RETURN_IF_ERROR(CheckMaySignIn(transaction, minted.access.user_id));
    return StoreSession(transaction, log, minted, now);
  };
  absl::StatusOr<std::vector<int64_t>> revoked =
      co_await UserShards::Write(tenant.shards, context, request.user_id(), /*entries=*/1, std::move(store));
  if (!revoked.ok()) co_return revoked.status();
  co_await ForgetTokens(tenant, *std::move(revoked));
  v1::CreateSessionResponse response;
  *response.mutable_tokens() = std::move(minted.tokens);
  co_return response;
}

}  // namespace plexus::account
