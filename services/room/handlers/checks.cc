#include "services/room/handlers/checks.h"

#include "common/base/matrix_error.h"
#include "common/matrix/ids.h"

namespace plexus::room {

absl::Status RequireNotSuspended(const common::v1::Requester& requester) {
  if (!requester.is_suspended()) return absl::OkStatus();
  return errors::Matrix(403, "M_USER_SUSPENDED", "The account is suspended.");
}

absl::Status RequireRoomId(std::string_view room_id) {
  return matrix::IsValidRoomId(room_id) ? absl::OkStatus() : errors::InvalidParam("Not a room id.");
}

absl::Status RequireUserId(std::string_view user_id) {
  return matrix::IsValidUserId(user_id) ? absl::OkStatus() : errors::InvalidParam("Not a user id.");
}

absl::Status RequireEventId(std::string_view event_id) {
  return matrix::IsValidEventId(event_id) ? absl::OkStatus() : errors::InvalidParam("Not an event id.");
}

absl::Status RequireRoomAlias(std::string_view alias) {
  return matrix::IsValidRoomAlias(alias) ? absl::OkStatus() : errors::InvalidParam("Not a room alias.");
}

}  // namespace plexus::room
