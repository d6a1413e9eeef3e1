// The RPCs of plexus.room.v1.RoomService, each in a file of its own name. room_service.proto says what they do.
// Context and request outlive the returned task; the tenant is kept alive by the caller.
#pragma once

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/rpc/context.h"
#include "plexus/room/v1/room_service.pb.h"
#include "services/room/room_tenant.h"

namespace plexus::room {

#define PLEXUS_ROOM_HANDLER(Name)                                                                      \
  Task<absl::StatusOr<v1::Name##Response>> Name(const RoomTenant& tenant, const rpc::Context& context, \
                                                const v1::Name##Request& request)

PLEXUS_ROOM_HANDLER(CreateRoom);
PLEXUS_ROOM_HANDLER(JoinRoom);
PLEXUS_ROOM_HANDLER(KnockRoom);
PLEXUS_ROOM_HANDLER(LeaveRoom);
PLEXUS_ROOM_HANDLER(InviteUser);
PLEXUS_ROOM_HANDLER(KickUser);
PLEXUS_ROOM_HANDLER(BanUser);
PLEXUS_ROOM_HANDLER(UnbanUser);
PLEXUS_ROOM_HANDLER(ForgetRoom);
PLEXUS_ROOM_HANDLER(JoinedRooms);
PLEXUS_ROOM_HANDLER(SetRoomState);
PLEXUS_ROOM_HANDLER(GetRoomState);
PLEXUS_ROOM_HANDLER(GetRoomStateEvent);
PLEXUS_ROOM_HANDLER(GetMembers);
PLEXUS_ROOM_HANDLER(GetJoinedMembers);
PLEXUS_ROOM_HANDLER(GetEvent);
PLEXUS_ROOM_HANDLER(GetContext);
PLEXUS_ROOM_HANDLER(GetMessages);
PLEXUS_ROOM_HANDLER(GetAlias);
PLEXUS_ROOM_HANDLER(SetAlias);
PLEXUS_ROOM_HANDLER(DeleteAlias);
PLEXUS_ROOM_HANDLER(ListAliases);
PLEXUS_ROOM_HANDLER(GetRoomVisibility);
PLEXUS_ROOM_HANDLER(SetRoomVisibility);
PLEXUS_ROOM_HANDLER(PostReceipt);
PLEXUS_ROOM_HANDLER(SetReadMarkers);

// A response of any of them, with that body.
template <typename Response>
Response WithBody(std::string body) {
  Response response;
  response.set_body_json(std::move(body));
  return response;
}

}  // namespace plexus::room
