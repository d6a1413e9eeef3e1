#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/storage/readers/rooms.h"
#include "services/event_persister/handlers/handlers.h"
#include "services/event_persister/handlers/room_access.h"

namespace plexus::event_persister {

Answer<v1::DeleteAliasResponse> DeleteAlias(Call call, v1::DeleteAliasRequest request) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireNotSuspended(request.requester()));
  PLEXUS_CO_ASSIGN_OR_RETURN(OpenRoom open, co_await EnterRoom(call, request.room_id()));
  auto read = [alias = request.alias()](storage::Session& session) { return storage::FindAlias(session, alias); };
  const ShardEnvironment& environment = open.shard().environment();
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<storage::StoredAlias> alias,
                             co_await environment.database->Run(*environment.schema, std::move(read)));
  if (!alias || alias->room_nid != open.room->nid()) co_return errors::NotFound("The room has no such alias.");
  if (alias->creator != request.requester().user_id() && !MayChangeAliases(*open.room, request.requester())) {
    co_return errors::Forbidden("You don't have permission to delete the alias.");
  }
  auto unit = std::make_shared<WriteUnit>();
  unit->removed_alias = request.alias();
  PLEXUS_CO_RETURN_IF_ERROR(co_await SubmitAndWait(open, std::move(unit)));
  PLEXUS_CO_RETURN_IF_ERROR(call.tenant->CheckOwned(open.shard()));
  co_return v1::DeleteAliasResponse();
}

}  // namespace plexus::event_persister
