#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "services/room/handlers/checks.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/profile.h"
#include "services/room/handlers/send_state.h"
#include "services/room/storage/join_check.h"

namespace plexus::room {

PLEXUS_ROOM_HANDLER(JoinRoom) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireNotSuspended(request.requester()));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObjectOrEmpty(request.body_json()));
  MemberChange change;
  PLEXUS_CO_ASSIGN_OR_RETURN(change.wish.reason, json::OptionalString(body, "reason"));
  const JoinRequest join{request.room_id_or_alias(), request.requester().user_id(), request.requester().is_guest(),
                         tenant.server_name()};
  auto check = [join](storage::Session& session) { return CheckJoin(session, join); };
  PLEXUS_CO_ASSIGN_OR_RETURN(JoinCheck checked, co_await tenant.Run(std::move(check)));
  if (checked.membership != matrix::Membership::kJoin) {
    PLEXUS_CO_ASSIGN_OR_RETURN(change.wish.profile, co_await ReadProfile(tenant, context, join.user_id));
    change.wish.membership = matrix::Membership::kJoin;
    change.wish.authoriser = checked.authoriser;
    change.room_id = checked.room_id;
    change.requester = request.requester();
    change.user_id = join.user_id;
    PLEXUS_CO_RETURN_IF_ERROR(co_await SendMember(tenant, context, std::move(change)));
  }
  const json::Object answer{{"room_id", checked.room_id}};
  co_return WithBody<v1::JoinRoomResponse>(json::Serialize(answer));
}

}  // namespace plexus::room
