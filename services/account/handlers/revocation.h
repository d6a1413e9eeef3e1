// Making revoked access tokens unusable everywhere.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "services/account/account_tenant.h"

namespace plexus::account {

// Tells every gateway to forget what it knows of these access tokens, which are gone from the database already. To be
// awaited before the caller is answered.
Task<void> ForgetTokens(const AccountTenant& tenant, std::vector<int64_t> token_ids);

// Removes devices of a user with their tokens, and tells the gateways. Ids of no device are passed over.
Task<absl::Status> RemoveDevices(const AccountTenant& tenant, rpc::Context context, std::string user_id,
                                 std::vector<std::string> device_ids);

}  // namespace plexus::account
