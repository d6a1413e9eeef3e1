// Who may ask for what.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "plexus/common/v1/requester.pb.h"

namespace plexus::account {

// 403 M_FORBIDDEN unless the requester is that user.
absl::Status RequireSelf(const common::v1::Requester& requester, std::string_view user_id);

// 403 M_USER_SUSPENDED if the requester may only read. Client-Server API, "Account suspension".
absl::Status RequireNotSuspended(const common::v1::Requester& requester);

// 400 M_INVALID_PARAM unless `room_id` is a room id.
absl::Status RequireRoomId(std::string_view room_id);

}  // namespace plexus::account
