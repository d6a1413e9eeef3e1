// Profiles of users of this server, for their member events.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/rpc/context.h"
#include "services/room/domain/member_content.h"
#include "services/room/room_tenant.h"

namespace plexus::room {

// Empty for users of other servers and for those who do not exist.
Task<absl::StatusOr<MemberProfile>> ReadProfile(const RoomTenant& tenant, rpc::Context context, std::string user_id);

}  // namespace plexus::room
