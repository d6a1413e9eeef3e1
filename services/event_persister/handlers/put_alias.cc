#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/matrix/ids.h"
#include "services/event_persister/handlers/handlers.h"
#include "services/event_persister/handlers/room_access.h"

namespace plexus::event_persister {

Answer<v1::PutAliasResponse> PutAlias(Call call, v1::PutAliasRequest request) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireNotSuspended(request.requester()));
  const bool ours =
      matrix::IsValidRoomAlias(request.alias()) && matrix::ServerName(request.alias()) == call.tenant->server_name();
  if (!ours) co_return errors::InvalidParam("The room alias is not one of this server.");
  PLEXUS_CO_ASSIGN_OR_RETURN(OpenRoom open, co_await EnterRoom(call, request.room_id()));
  PLEXUS_CO_RETURN_IF_ERROR(RequireJoined(*open.room, request.requester().user_id()));
  auto unit = std::make_shared<WriteUnit>();
  unit->new_alias = AliasRow{request.alias(), request.requester().user_id()};
  PLEXUS_CO_RETURN_IF_ERROR(co_await SubmitAndWait(open, std::move(unit)));
  PLEXUS_CO_RETURN_IF_ERROR(call.tenant->CheckOwned(open.shard()));
  co_return v1::PutAliasResponse();
}

}  // namespace plexus::event_persister
