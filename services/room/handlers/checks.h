// What requests must satisfy before anything is looked up.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "plexus/common/v1/requester.pb.h"

namespace plexus::room {

// 403 M_USER_SUSPENDED if the requester may only read. Client-Server API, "Account suspension".
absl::Status RequireNotSuspended(const common::v1::Requester& requester);

// 400 M_INVALID_PARAM unless it is one.
absl::Status RequireRoomId(std::string_view room_id);
absl::Status RequireUserId(std::string_view user_id);
absl::Status RequireEventId(std::string_view event_id);
absl::Status RequireRoomAlias(std::string_view alias);

}  // namespace plexus::room
