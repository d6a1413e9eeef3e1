#include "services/account/handlers/check_password.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"

namespace plexus::account {

Task<absl::StatusOr<std::optional<Account>>> ReadAccount(const AccountTenant& tenant, std::string user_id) {
  auto read = [user_id = std::move(user_id)](storage::Session& session) { return FindAccount(session, user_id); };
  co_return co_await tenant.Run(std::move(read));
}

Task<absl::StatusOr<Account>> CheckPassword(const AccountTenant& tenant, std::string user_id, std::string password) {
  const absl::Status wrong = errors::Forbidden("Invalid username or password");
  if (password.size() > kMaxPasswordBytes) co_return wrong;
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<Account> account, co_await ReadAccount(tenant, std::move(user_id)));
  std::string hash = account ? account->password_hash : "";
  PLEXUS_CO_ASSIGN_OR_RETURN(bool matches, co_await tenant.env.passwords->Verify(std::move(password), std::move(hash),
                                                                                 tenant.password_cost()));
  if (!account || !matches) co_return wrong;
  if (account->deactivated) co_return errors::UserDeactivated();
  if (account->is_locked) co_return errors::UserLocked();
  co_return *std::move(account);
}

}  // namespace plexus::account
