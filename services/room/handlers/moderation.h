// What inviting, kicking, banning and unbanning have in common.
#pragma once

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/matrix/membership.h"
#include "plexus/common/v1/requester.pb.h"
#include "services/room/handlers/send_state.h"

namespace plexus::room {

// From a body {user_id, reason}, without a membership. Errors: 400 M_MISSING_PARAM, M_BAD_JSON, M_INVALID_PARAM;
// 403 M_USER_SUSPENDED.
absl::StatusOr<MemberChange> ParseModeration(const common::v1::Requester& requester, const std::string& room_id,
                                             const std::string& body_json);

// Takes somebody out of the room, for whom the authorisation rules ask only that the requester is mighty enough: their
// membership must be what `expected` says, else 403 M_FORBIDDEN with `otherwise`. Having done the same before is fine.
Task<absl::Status> Remove(const RoomTenant& tenant, rpc::Context context, MemberChange change,
                          bool (*expected)(matrix::Membership), std::string otherwise);

}  // namespace plexus::room
