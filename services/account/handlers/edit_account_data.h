// Changing account data by what it was: tags, push rules.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "services/account/account_tenant.h"
#include "services/account/storage/account_data.h"

namespace plexus::account {

// Changes the content in place (an empty object if there is none). False: nothing has changed, nothing is stored. May
// run several times. Its errors are Matrix errors.
using ContentEdit = std::function<absl::StatusOr<bool>(json::Object& content)>;

// Reads, edits and stores the entry in one transaction of the owner of the user's shard.
Task<absl::Status> EditAccountData(const AccountTenant& tenant, rpc::Context context, AccountDataKey key,
                                   ContentEdit edit);

// The entry's content, an empty object if there is none.
Task<absl::StatusOr<json::Object>> ReadAccountData(const AccountTenant& tenant, AccountDataKey key);

}  // namespace plexus::account
