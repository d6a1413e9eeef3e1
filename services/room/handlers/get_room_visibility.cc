#include "common/base/status_macros.h"
#include "services/room/handlers/handlers.h"
#include "services/room/storage/find_room.h"

namespace plexus::room {

PLEXUS_ROOM_HANDLER(GetRoomVisibility) {
  auto find = [room_id = request.room_id()](storage::Session& session) { return RequireRoom(session, room_id); };
  PLEXUS_CO_ASSIGN_OR_RETURN(storage::StoredRoom room, co_await tenant.Run(std::move(find)));
  std::string body = room.published ? R"({"visibility":"public"})" : R"({"visibility":"private"})";
  co_return WithBody<v1::GetRoomVisibilityResponse>(std::move(body));
}

}  // namespace plexus::room
