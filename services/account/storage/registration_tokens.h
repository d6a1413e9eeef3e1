// Table registration_token. A use is pending from the UIA stage that claims it until the user is registered, or until
// the UIA session expires.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"

namespace plexus::account {

// False if the token exists.
absl::StatusOr<bool> InsertRegistrationToken(storage::Source source, const std::string& token,
                                             std::optional<int32_t> uses_allowed, int64_t expires_ts);

// Whether the token can be used now.
absl::StatusOr<bool> IsRegistrationTokenValid(storage::Source source, const std::string& token, int64_t now_ms);

// Claims one use; false if there is none left. However many ask at once, no more are granted than the token has.
absl::StatusOr<bool> ReserveRegistrationToken(storage::Source source, const std::string& token, int64_t now_ms);

// A claimed use has led to a user.
absl::Status CompleteRegistrationToken(storage::Source source, const std::string& token);

}  // namespace plexus::account
