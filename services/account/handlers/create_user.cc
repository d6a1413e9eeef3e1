#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/matrix/ids.h"
#include "services/account/handlers/new_account.h"

namespace plexus::account {

namespace {

absl::Status CheckNewUserId(const std::string& user_id, const std::string& server_name) {
  absl::StatusOr<std::string> allowed = matrix::NewUserId(matrix::Localpart(user_id), server_name);
  if (!allowed.ok()) return allowed.status();
  return *allowed == user_id ? absl::OkStatus() : errors::InvalidUsername("This is not a user id of this server");
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(CreateUser) {
  PLEXUS_CO_RETURN_IF_ERROR(CheckNewUserId(request.user_id(), tenant.server_name()));
  NewAccount account;
  account.account.user_id = request.user_id();
  account.account.is_admin = request.is_admin();
  account.account.created_ts = tenant.now_ms();
  account.display_name = request.display_name();
  if (!request.password().empty()) {
    PLEXUS_CO_RETURN_IF_ERROR(CheckNewPassword(request.password()));
    PLEXUS_CO_ASSIGN_OR_RETURN(account.account.password_hash,
                               co_await tenant.env.passwords->Hash(request.password(), tenant.password_cost()));
  }
  auto store = [account = std::move(account)](storage::Transaction& transaction, UserLog& log) {
    return StoreNewAccount(transaction, log, account);
  };
  absl::StatusOr<v1::SessionTokens> stored =
      co_await UserShards::Write(tenant.shards, context, request.user_id(), kNewAccountEntries, std::move(store));
  if (!stored.ok()) co_return stored.status();
  co_return v1::CreateUserResponse();
}

}  // namespace plexus::account
