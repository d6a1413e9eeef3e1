#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/storage/readers/rooms.h"
#include "services/room/handlers/checks.h"
#include "services/room/handlers/handlers.h"

namespace plexus::room {

PLEXUS_ROOM_HANDLER(GetAlias) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireRoomAlias(request.room_alias()));
  auto find = [name = request.room_alias()](storage::Session& session) { return storage::FindAlias(session, name); };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<storage::StoredAlias> alias, co_await tenant.Run(std::move(find)));
  if (!alias) co_return errors::NotFound(absl::StrCat("Room alias ", request.room_alias(), " not found."));
  json::Object answer;
  answer["room_id"] = alias->room_id;
  // Whoever has the alias is in the room.
  answer["servers"] = json::Array{json::Value(tenant.server_name())};
  co_return WithBody<v1::GetAliasResponse>(json::Serialize(answer));
}

}  // namespace plexus::room
