// Client-Server API, "Getting events for a room", "Sending events to a room": state and members.
#include "gateway/routes/routes.h"
#include "plexus/room/v1/room_service.rpc.h"

namespace plexus::gateway {

using room::v1::RoomService;

EndpointList RoomStateRoutes() {
  return {
      {"GET", "/_matrix/client/v3/rooms/{room_id}/state", Auth::kGuest, Limit::kRequest, To(RoomService::GetRoomState)},
      {"GET",
       "/_matrix/client/v3/rooms/{room_id}/state/{type}/{state_key?}",
       Auth::kGuest,
       Limit::kRequest,
       To(RoomService::GetRoomStateEvent),
       {.query = {"format"}}},
      {"PUT",
       "/_matrix/client/v3/rooms/{room_id}/state/{type}/{state_key?}",
       Auth::kGuest,
       Limit::kMessage,
       To(RoomService::SetRoomState),
       {.body = Body::kRequired, .suspended_may_not = true}},
      {"GET",
       "/_matrix/client/v3/rooms/{room_id}/members",
       Auth::kGuest,
       Limit::kRequest,
       To(RoomService::GetMembers),
       {.query = {"at", "membership", "not_membership"}}},
      {"GET", "/_matrix/client/v3/rooms/{room_id}/joined_members", Auth::kUser, Limit::kRequest,
       To(RoomService::GetJoinedMembers)},
  };
}

}  // namespace plexus::gateway
