// Changing one field of a profile.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "common/base/task.h"
#include "common/json/value.h"
#include "services/account/account_tenant.h"

namespace plexus::account {

// Sets the field, or removes it without a `value`, and has a new displayname or avatar_url spread to the member events
// of the user's rooms. `key` has been checked. 404 M_NOT_FOUND if there is no such user; else as SetField.
Task<absl::Status> ChangeProfile(const AccountTenant& tenant, rpc::Context context, std::string user_id,
                                 std::string key, std::optional<json::Value> value);

}  // namespace plexus::account
