// Client-Server API, "Room aliases", "Published room directory".
#include "gateway/routes/routes.h"
#include "plexus/room/v1/room_service.rpc.h"

namespace plexus::gateway {

using room::v1::RoomService;

EndpointList DirectoryRoutes() {
  return {
      {"GET", "/_matrix/client/v3/directory/room/{room_alias}", Auth::kNone, Limit::kRequest,
       To(RoomService::GetAlias)},
      {"PUT",
       "/_matrix/client/v3/directory/room/{room_alias}",
       Auth::kUser,
       Limit::kRequest,
       To(RoomService::SetAlias),
       {.body = Body::kRequired}},
      {"DELETE", "/_matrix/client/v3/directory/room/{room_alias}", Auth::kUser, Limit::kRequest,
       To(RoomService::DeleteAlias)},
      {"GET", "/_matrix/client/v3/rooms/{room_id}/aliases", Auth::kUser, Limit::kRequest, To(RoomService::ListAliases)},
      {"GET", "/_matrix/client/v3/directory/list/room/{room_id}", Auth::kNone, Limit::kRequest,
       To(RoomService::GetRoomVisibility)},
      {"PUT",
       "/_matrix/client/v3/directory/list/room/{room_id}",
       Auth::kUser,
       Limit::kRequest,
       To(RoomService::SetRoomVisibility),
       {.body = Body::kOptional}},
  };
}

}  // namespace plexus::gateway
