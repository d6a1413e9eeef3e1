// Table account_data. Written through UserLog only, which gives each row its place in the shard's log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/json/value.h"
#include "common/storage/readers/source.h"

namespace plexus::account {

// The key of an entry; room_id is empty for global ones.
struct AccountDataKey {
  std::string user_id, room_id, type;
};

absl::StatusOr<std::optional<json::Object>> FindAccountData(storage::Source source, const AccountDataKey& key);

absl::Status StoreAccountData(storage::Source source, const AccountDataKey& key, std::string_view json, int shard,
                              int64_t position);

}  // namespace plexus::account
