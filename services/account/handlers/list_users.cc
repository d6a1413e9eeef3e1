#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "services/account/handlers/handlers.h"
#include "services/account/handlers/user_message.h"

namespace plexus::account {
namespace {

constexpr int kMostUsers = 1000;

}  // namespace

PLEXUS_ACCOUNT_HANDLER(ListUsers) {
  const int limit = request.limit();
  if (limit < 1 || limit > kMostUsers) {
    co_return errors::InvalidParam(absl::StrCat("limit is ", limit, "; allowed: 1 to ", kMostUsers));
  }
  auto read = [after = request.after_user_id(), limit](storage::Session& session) {
    return AccountsAfter(session, after, limit);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::vector<Account> accounts, co_await tenant.Run(std::move(read)));
  v1::ListUsersResponse response;
  for (const Account& account : accounts) *response.add_users() = UserMessage(account);
  co_return response;
}

}  // namespace plexus::account
