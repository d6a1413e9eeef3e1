// The member event of a user whose profile has changed.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/json/value.h"
#include "services/account/domain/profile.h"

namespace plexus::account {

// The content of the member event `event_json` with the profile's displayname and avatar_url: other members are kept,
// except what belonged to the joining itself. Nothing if it has them already, or is no join.
absl::StatusOr<std::optional<json::Object>> MemberContentWithProfile(std::string_view event_json,
                                                                     const Profile& profile);

}  // namespace plexus::account
