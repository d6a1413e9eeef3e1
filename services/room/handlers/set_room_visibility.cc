#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "common/rpc/call.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"
#include "services/room/handlers/checks.h"
#include "services/room/handlers/handlers.h"

namespace plexus::room {

// event_persister lets those do it who may change the room's canonical alias, and administrators of the server.
PLEXUS_ROOM_HANDLER(SetRoomVisibility) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireRoomId(request.room_id()));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObjectOrEmpty(request.body_json()));
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<std::string> visibility, json::OptionalString(body, "visibility"));
  const std::string wanted = visibility.value_or("public");
  if (wanted != "public" && wanted != "private") {
    co_return errors::InvalidParam("`visibility` must be public or private.");
  }
  event_persister::v1::SetRoomVisibilityRequest set;
  set.set_room_id(request.room_id());
  *set.mutable_requester() = request.requester();
  set.set_published(wanted == "public");
  auto stored = co_await rpc::Call(*tenant.env.rpc, context,
                                   event_persister::v1::EventPersisterService::SetRoomVisibility, std::move(set));
  if (!stored.ok()) co_return stored.status();
  co_return WithBody<v1::SetRoomVisibilityResponse>("{}");
}

}  // namespace plexus::room
