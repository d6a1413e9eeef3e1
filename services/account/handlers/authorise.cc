#include "services/account/handlers/authorise.h"

#include "common/base/matrix_error.h"
#include "common/matrix/ids.h"

namespace plexus::account {

absl::Status RequireSelf(const common::v1::Requester& requester, std::string_view user_id) {
  if (requester.user_id() != user_id) return errors::Forbidden("You can only do this for yourself");
  return absl::OkStatus();
}

absl::Status RequireNotSuspended(const common::v1::Requester& requester) {
  if (!requester.is_suspended()) return absl::OkStatus();
  return errors::Matrix(403, "M_USER_SUSPENDED", "You cannot perform this action while suspended.");
}

absl::Status RequireRoomId(std::string_view room_id) {
  if (!matrix::IsValidRoomId(room_id)) return errors::InvalidParam("This is not a room id");
  return absl::OkStatus();
}

}  // namespace plexus::account
