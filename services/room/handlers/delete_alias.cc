#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/rpc/call.h"
#include "common/storage/readers/rooms.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"
#include "services/room/handlers/checks.h"
#include "services/room/handlers/handlers.h"

namespace plexus::room {

PLEXUS_ROOM_HANDLER(DeleteAlias) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireNotSuspended(request.requester()));
  PLEXUS_CO_RETURN_IF_ERROR(RequireRoomAlias(request.room_alias()));
  auto find = [name = request.room_alias()](storage::Session& session) { return storage::FindAlias(session, name); };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<storage::StoredAlias> alias, co_await tenant.Run(std::move(find)));
  if (!alias) co_return errors::NotFound(absl::StrCat("Room alias ", request.room_alias(), " not found."));
  event_persister::v1::DeleteAliasRequest remove;
  remove.set_room_id(alias->room_id);
  remove.set_alias(alias->alias);
  *remove.mutable_requester() = request.requester();
  auto removed = co_await rpc::Call(*tenant.env.rpc, context, event_persister::v1::EventPersisterService::DeleteAlias,
                                    std::move(remove));
  if (!removed.ok()) co_return removed.status();
  co_return WithBody<v1::DeleteAliasResponse>("{}");
}

}  // namespace plexus::room
