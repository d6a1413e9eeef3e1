// Table profile.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"
#include "services/account/domain/profile.h"

namespace plexus::account {

// Nothing if there is no such user.
absl::StatusOr<std::optional<Profile>> FindProfile(storage::Source source, const std::string& user_id);

absl::Status StoreProfile(storage::Source source, const std::string& user_id, const Profile& profile);

}  // namespace plexus::account
