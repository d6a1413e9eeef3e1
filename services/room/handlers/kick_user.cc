#include "common/base/status_macros.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/moderation.h"

namespace plexus::room {
namespace {

// Kicking takes invitations and knocks back, too.
bool CanBeKicked(matrix::Membership membership) {
  return membership != matrix::Membership::kLeave && membership != matrix::Membership::kBan;
}

}  // namespace

PLEXUS_ROOM_HANDLER(KickUser) {
  PLEXUS_CO_ASSIGN_OR_RETURN(MemberChange change,
                             ParseModeration(request.requester(), request.room_id(), request.body_json()));
  const std::string otherwise = "The user is not in the room.";
  PLEXUS_CO_RETURN_IF_ERROR(co_await Remove(tenant, context, std::move(change), CanBeKicked, otherwise));
  co_return WithBody<v1::KickUserResponse>("{}");
}

}  // namespace plexus::room
