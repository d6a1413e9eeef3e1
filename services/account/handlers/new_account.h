// Storing a new user.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/account/domain/profile.h"
#include "services/account/handlers/issue_session.h"
#include "services/account/storage/accounts.h"

namespace plexus::account {

struct NewAccount {
  Account account;
  std::string display_name;              // empty: none
  std::string uia_session;               // that registers the user; empty: none
  std::optional<MintedSession> session;  // to sign in with
};

// Log entries that StoreNewAccount appends at most: the push rules and a device.
inline constexpr int kNewAccountEntries = 2;

// Stores user, profile, default push rules and session; uses the UIA session up, with its registration token. Errors:
// 400 M_USER_IN_USE; 403 M_FORBIDDEN if the UIA session is gone or has registered somebody.
absl::StatusOr<v1::SessionTokens> StoreNewAccount(storage::Transaction& transaction, UserLog& log,
                                                  const NewAccount& account);

// NOTSPEC: a new profile has the localpart for a display name if none was given: clients show it in place of the id.
Profile NewProfile(const std::string& user_id, const std::string& display_name);

}  // namespace plexus::account
