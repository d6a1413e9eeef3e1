#include "common/base/status_macros.h"
#include "common/rpc/call.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"
#include "services/room/handlers/checks.h"
#include "services/room/handlers/handlers.h"

namespace plexus::room {

PLEXUS_ROOM_HANDLER(ForgetRoom) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireRoomId(request.room_id()));
  event_persister::v1::ForgetRoomRequest forget;
  forget.set_room_id(request.room_id());
  *forget.mutable_requester() = request.requester();
  auto forgotten = co_await rpc::Call(*tenant.env.rpc, context, event_persister::v1::EventPersisterService::ForgetRoom,
                                      std::move(forget));
  if (!forgotten.ok()) co_return forgotten.status();
  co_return WithBody<v1::ForgetRoomResponse>("{}");
}

}  // namespace plexus::room
