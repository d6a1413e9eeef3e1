// Client-Server API, "Room membership".
#include "gateway/binding/inputs.h"
#include "gateway/routes/routes.h"
#include "plexus/room/v1/room_service.rpc.h"

namespace plexus::gateway {

using room::v1::RoomService;

namespace {

// `via` was called `server_name` before version 1.12 of the specification.
template <typename Request>
absl::Status BindVia(const Inputs& inputs, Message& message) {
  auto& request = static_cast<Request&>(message);
  if (request.via_size() > 0) return absl::OkStatus();
  for (std::string_view name : inputs.query.GetAll("server_name")) request.add_via(std::string(name));
  return absl::OkStatus();
}

Traits Join() {
  return {
      .body = Body::kOptional, .query = {"via"}, .bind = BindVia<room::v1::JoinRoomRequest>, .suspended_may_not = true};
}

}  // namespace

EndpointList RoomMembershipRoutes() {
  return {
      {"POST", "/_matrix/client/v3/join/{room_id_or_alias}", Auth::kUser, Limit::kJoin, To(RoomService::JoinRoom),
       Join()},
      {"POST", "/_matrix/client/v3/rooms/{room_id_or_alias}/join", Auth::kGuest, Limit::kJoin,
       To(RoomService::JoinRoom), Join()},
      {"POST",
       "/_matrix/client/v3/knock/{room_id_or_alias}",
       Auth::kUser,
       Limit::kJoin,
       To(RoomService::KnockRoom),
       {.body = Body::kOptional,
        .query = {"via"},
        .bind = BindVia<room::v1::KnockRoomRequest>,
        .suspended_may_not = true}},
      {"POST",
       "/_matrix/client/v3/rooms/{room_id}/leave",
       Auth::kGuest,
       Limit::kRequest,
       To(RoomService::LeaveRoom),
       {.body = Body::kOptional}},
      {"POST",
       "/_matrix/client/v3/rooms/{room_id}/invite",
       Auth::kUser,
       Limit::kRequest,
       To(RoomService::InviteUser),
       {.body = Body::kRequired, .suspended_may_not = true}},
      {"POST",
       "/_matrix/client/v3/rooms/{room_id}/kick",
       Auth::kUser,
       Limit::kRequest,
       To(RoomService::KickUser),
       {.body = Body::kRequired, .suspended_may_not = true}},
      {"POST",
       "/_matrix/client/v3/rooms/{room_id}/ban",
       Auth::kUser,
       Limit::kRequest,
       To(RoomService::BanUser),
       {.body = Body::kRequired, .suspended_may_not = true}},
      {"POST",
       "/_matrix/client/v3/rooms/{room_id}/unban",
       Auth::kUser,
       Limit::kRequest,
       To(RoomService::UnbanUser),
       {.body = Body::kRequired, .suspended_may_not = true}},
      {"POST",
       "/_matrix/client/v3/rooms/{room_id}/forget",
       Auth::kUser,
       Limit::kRequest,
       To(RoomService::ForgetRoom),
       {.body = Body::kOptional}},
      {"GET", "/_matrix/client/v3/joined_rooms", Auth::kUser, Limit::kRequest, To(RoomService::JoinedRooms)},
  };
}

}  // namespace plexus::gateway
