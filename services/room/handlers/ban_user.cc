#include "common/base/status_macros.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/moderation.h"

namespace plexus::room {

PLEXUS_ROOM_HANDLER(BanUser) {
  PLEXUS_CO_ASSIGN_OR_RETURN(MemberChange change,
                             ParseModeration(request.requester(), request.room_id(), request.body_json()));
  change.wish.membership = matrix::Membership::kBan;
  PLEXUS_CO_RETURN_IF_ERROR(co_await SendMember(tenant, context, std::move(change)));
  co_return WithBody<v1::BanUserResponse>("{}");
}

}  // namespace plexus::room
