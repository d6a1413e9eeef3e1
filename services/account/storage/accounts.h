// Table account.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"

namespace plexus::account {

struct Account {
  std::string user_id;
  std::string password_hash;  // empty: none
  bool is_admin = false;
  bool is_guest = false;
  bool is_locked = false;
  bool is_suspended = false;
  bool deactivated = false;
  int64_t created_ts = 0;  // milliseconds
};

absl::StatusOr<std::optional<Account>> FindAccount(storage::Source source, const std::string& user_id);

// At most `limit`, in the order of their ids, behind `after`.
absl::StatusOr<std::vector<Account>> AccountsAfter(storage::Source source, const std::string& after, int limit);

// False if the name is taken; a deactivated user keeps it.
absl::StatusOr<bool> InsertAccount(storage::Source source, const Account& account);

}  // namespace plexus::account
