#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "common/matrix/ids.h"
#include "common/rpc/call.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"
#include "services/room/handlers/checks.h"
#include "services/room/handlers/handlers.h"

namespace plexus::room {

// Whether the requester may do so is for event_persister, which knows the room as it is when the alias is stored.
PLEXUS_ROOM_HANDLER(SetAlias) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireNotSuspended(request.requester()));
  PLEXUS_CO_RETURN_IF_ERROR(RequireRoomAlias(request.room_alias()));
  if (matrix::ServerName(request.room_alias()) != tenant.server_name()) {
    co_return errors::InvalidParam("The room alias is not one of this server.");
  }
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObject(request.body_json()));
  event_persister::v1::PutAliasRequest put;
  PLEXUS_CO_ASSIGN_OR_RETURN(*put.mutable_room_id(), json::RequireString(body, "room_id"));
  PLEXUS_CO_RETURN_IF_ERROR(RequireRoomId(put.room_id()));
  put.set_alias(request.room_alias());
  *put.mutable_requester() = request.requester();
  auto stored = co_await rpc::Call(*tenant.env.rpc, context, event_persister::v1::EventPersisterService::PutAlias,
                                   std::move(put));
  if (!stored.ok()) co_return stored.status();
  co_return WithBody<v1::SetAliasResponse>("{}");
}

}  // namespace plexus::room
