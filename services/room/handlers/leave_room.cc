#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "services/room/handlers/checks.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/send_state.h"

namespace plexus::room {

// Suspended users may leave. Whether there is anything to leave is for the authorisation rules.
PLEXUS_ROOM_HANDLER(LeaveRoom) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireRoomId(request.room_id()));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObjectOrEmpty(request.body_json()));
  MemberChange change;
  PLEXUS_CO_ASSIGN_OR_RETURN(change.wish.reason, json::OptionalString(body, "reason"));
  change.wish.membership = matrix::Membership::kLeave;
  change.room_id = request.room_id();
  change.requester = request.requester();
  change.user_id = request.requester().user_id();
  PLEXUS_CO_RETURN_IF_ERROR(co_await SendMember(tenant, context, std::move(change)));
  co_return WithBody<v1::LeaveRoomResponse>("{}");
}

}  // namespace plexus::room
