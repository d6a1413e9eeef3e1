#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/matrix/ids.h"
#include "services/account/handlers/new_account.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(CompleteRegistration) {
  NewAccount account;
  account.account.user_id = request.user_id();
  account.account.password_hash = request.password_hash();
  account.account.is_admin = request.is_admin();
  account.account.created_ts = tenant.now_ms();
  account.display_name = request.display_name();
  account.uia_session = request.uia_session();
  if (request.has_session()) {
    account.session =
        MintSession(request.user_id(), request.session(), tenant.now_ms(), tenant.config().access_token_lifetime_ms);
  }
  auto store = [account = std::move(account)](storage::Transaction& transaction, UserLog& log) {
    return StoreNewAccount(transaction, log, account);
  };
  absl::StatusOr<v1::SessionTokens> tokens =
      co_await UserShards::Write(tenant.shards, context, request.user_id(), kNewAccountEntries, std::move(store));
  if (!tokens.ok()) co_return tokens.status();
  v1::CompleteRegistrationResponse response;
  if (request.has_session()) *response.mutable_tokens() = *std::move(tokens);
  co_return response;
}

}  // namespace plexus::account
