#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "services/event_persister/handlers/handlers.h"
#include "services/event_persister/handlers/room_access.h"

namespace plexus::event_persister {

Answer<v1::SetRoomVisibilityResponse> SetRoomVisibility(Call call, v1::SetRoomVisibilityRequest request) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireNotSuspended(request.requester()));
  PLEXUS_CO_ASSIGN_OR_RETURN(OpenRoom open, co_await EnterRoom(call, request.room_id()));
  if (!MayChangeAliases(*open.room, request.requester())) {
    co_return errors::Forbidden("You don't have permission to change the room's entry in the directory.");
  }
  auto unit = std::make_shared<WriteUnit>();
  unit->published = request.published();
  PLEXUS_CO_RETURN_IF_ERROR(co_await SubmitAndWait(open, std::move(unit)));
  PLEXUS_CO_RETURN_IF_ERROR(call.tenant->CheckOwned(open.shard()));
  co_return v1::SetRoomVisibilityResponse();
}

}  // namespace plexus::event_persister
