#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "services/event_persister/handlers/handlers.h"
#include "services/event_persister/handlers/room_access.h"

namespace plexus::event_persister {

Answer<v1::ForgetRoomResponse> ForgetRoom(Call call, v1::ForgetRoomRequest request) {
  PLEXUS_CO_ASSIGN_OR_RETURN(OpenRoom open, co_await EnterRoom(call, request.room_id()));
  const std::string& user_id = request.requester().user_id();
  const std::optional<matrix::Membership> membership = open.room->state().FindMembership(user_id);
  if (!membership) co_return errors::NotFound("You have never been in the room.");
  if (*membership != matrix::Membership::kLeave && *membership != matrix::Membership::kBan) {
    co_return errors::Unknown(400, absl::StrCat("User ", user_id, " is in room ", request.room_id()));
  }
  auto unit = std::make_shared<WriteUnit>();
  unit->forget = ForgetRow{user_id};
  PLEXUS_CO_RETURN_IF_ERROR(co_await SubmitAndWait(open, std::move(unit)));
  PLEXUS_CO_RETURN_IF_ERROR(call.tenant->CheckOwned(open.shard()));
  co_return v1::ForgetRoomResponse();
}

}  // namespace plexus::event_persister
