// Client-Server API, "Typing Notifications", "Receipts", "Fully read markers".
#include "gateway/routes/routes.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"
#include "plexus/room/v1/room_service.rpc.h"

namespace plexus::gateway {

using event_persister::v1::EventPersisterService;
using room::v1::RoomService;

EndpointList RoomEphemeralRoutes() {
  return {
      {"PUT",
       "/_matrix/client/v3/rooms/{room_id}/typing/{user_id}",
       Auth::kUser,
       Limit::kRequest,
       To(EventPersisterService::SetTyping),
       {.body = Body::kRequired}},
      {"POST",
       "/_matrix/client/v3/rooms/{room_id}/receipt/{receipt_type}/{event_id}",
       Auth::kUser,
       Limit::kRequest,
       To(RoomService::PostReceipt),
       {.body = Body::kOptional}},
      {"POST",
       "/_matrix/client/v3/rooms/{room_id}/read_markers",
       Auth::kUser,
       Limit::kRequest,
       To(RoomService::SetReadMarkers),
       {.body = Body::kRequired}},
  };
}

}  // namespace plexus::gateway
