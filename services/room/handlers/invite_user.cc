#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/moderation.h"
#include "services/room/handlers/profile.h"

namespace plexus::room {
namespace {

// Client-Server API, "Third-party invites": the body names an address in place of a user.
absl::Status RefuseThirdPartyInvite(const std::string& body_json) {
  PLEXUS_ASSIGN_OR_RETURN(json::Object body, json::ParseObject(body_json));
  if (body.contains("user_id") || !body.contains("medium")) return absl::OkStatus();
  return errors::Matrix(403, "M_THREEPID_DENIED", "This server does not invite by third-party identifiers.");
}

}  // namespace

PLEXUS_ROOM_HANDLER(InviteUser) {
  PLEXUS_CO_RETURN_IF_ERROR(RefuseThirdPartyInvite(request.body_json()));
  PLEXUS_CO_ASSIGN_OR_RETURN(MemberChange change,
                             ParseModeration(request.requester(), request.room_id(), request.body_json()));
  change.wish.membership = matrix::Membership::kInvite;
  PLEXUS_CO_ASSIGN_OR_RETURN(change.wish.profile, co_await ReadProfile(tenant, context, change.user_id));
  PLEXUS_CO_RETURN_IF_ERROR(co_await SendMember(tenant, context, std::move(change)));
  co_return WithBody<v1::InviteUserResponse>("{}");
}

}  // namespace plexus::room
