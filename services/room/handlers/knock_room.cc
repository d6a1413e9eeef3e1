#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "services/room/handlers/checks.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/profile.h"
#include "services/room/handlers/send_state.h"
#include "services/room/storage/find_room.h"

namespace plexus::room {

PLEXUS_ROOM_HANDLER(KnockRoom) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireNotSuspended(request.requester()));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObjectOrEmpty(request.body_json()));
  MemberChange change;
  PLEXUS_CO_ASSIGN_OR_RETURN(change.wish.reason, json::OptionalString(body, "reason"));
  auto find = [name = request.room_id_or_alias()](storage::Session& session) { return ResolveRoom(session, name); };
  PLEXUS_CO_ASSIGN_OR_RETURN(storage::StoredRoom room, co_await tenant.Run(std::move(find)));
  change.requester = request.requester();
  change.user_id = request.requester().user_id();
  change.room_id = room.room_id;
  change.wish.membership = matrix::Membership::kKnock;
  PLEXUS_CO_ASSIGN_OR_RETURN(change.wish.profile, co_await ReadProfile(tenant, context, change.user_id));
  PLEXUS_CO_RETURN_IF_ERROR(co_await SendMember(tenant, context, std::move(change)));
  const json::Object answer{{"room_id", room.room_id}};
  co_return WithBody<v1::KnockRoomResponse>(json::Serialize(answer));
}

}  // namespace plexus::room
