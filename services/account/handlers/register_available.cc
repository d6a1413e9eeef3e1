#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/matrix/ids.h"
#include "services/account/domain/registration.h"
#include "services/account/handlers/check_password.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(RegisterAvailable) {
  absl::StatusOr<UiaFlows> flows = RegistrationFlows(tenant.config().registration);
  if (!flows.ok()) co_return flows.status();
  if (request.username().empty()) co_return errors::MissingParam("Missing 'username'");
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string user_id, matrix::NewUserId(request.username(), tenant.server_name()));
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<Account> account, co_await ReadAccount(tenant, std::move(user_id)));
  if (account) co_return errors::UserInUse("This user name is taken");
  v1::RegisterAvailableResponse response;
  response.set_body_json(R"({"available":true})");
  co_return response;
}

}  // namespace plexus::account
