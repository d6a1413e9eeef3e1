#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "services/account/handlers/handlers.h"
#include "services/account/handlers/user_message.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(GetUser) {
  auto read = [user_id = request.user_id()](storage::Session& session) { return FindAccount(session, user_id); };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<Account> account, co_await tenant.Run(std::move(read)));
  if (!account) co_return errors::NotFound("There is no such user");
  v1::GetUserResponse response;
  *response.mutable_user() = UserMessage(*account);
  co_return response;
}

}  // namespace plexus::account
