// What must be known before somebody joins or knocks on a room.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/matrix/membership.h"
#include "common/storage/readers/source.h"

namespace plexus::room {

struct JoinRequest {
  std::string room_id_or_alias;
  std::string user_id;
  bool is_guest = false;
  std::string server_name;
};

struct JoinCheck {
  std::string room_id;
  matrix::Membership membership = matrix::Membership::kLeave;  // now
  std::string authoriser;  // who lets the user into a restricted room; empty if nobody needs to
};

// The rest is for the authorisation rules. Errors: 404 M_NOT_FOUND; 403 M_FORBIDDEN if none of a restricted room's
// conditions is met, or if nobody here may let the user in; 403 M_GUEST_ACCESS_FORBIDDEN. Six statements at most.
absl::StatusOr<JoinCheck> CheckJoin(storage::Source source, const JoinRequest& request);

}  // namespace plexus::room
