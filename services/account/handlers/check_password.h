// Verifying a user's password.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "services/account/account_tenant.h"
#include "services/account/storage/accounts.h"

namespace plexus::account {

// The account, whatever its condition. Nothing if there is none.
Task<absl::StatusOr<std::optional<Account>>> ReadAccount(const AccountTenant& tenant, std::string user_id);

// The account of the user whose password that is. 403 M_FORBIDDEN if it is not, or if there is no such user, which
// takes equally long to say. 403 M_USER_DEACTIVATED and 401 M_USER_LOCKED for whoever knows the password.
Task<absl::StatusOr<Account>> CheckPassword(const AccountTenant& tenant, std::string user_id, std::string password);

}  // namespace plexus::account
