#include "services/room/handlers/send_state.h"

#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/matrix/event_types.h"
#include "common/rpc/call.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"

namespace plexus::room {

using Persister = event_persister::v1::EventPersisterService;

Task<absl::StatusOr<std::string>> SendState(const RoomTenant& tenant, rpc::Context context, StateChange change) {
  event_persister::v1::SendEventRequest request;
  request.set_room_id(change.room_id);
  *request.mutable_requester() = change.requester;
  request.set_type(change.type);
  request.set_state_key(change.state_key);
  request.set_body_json(json::Serialize(change.content));
  request.set_skip_if_unchanged(true);
  PLEXUS_CO_ASSIGN_OR_RETURN(
      event_persister::v1::SendEventResponse response,
      co_await rpc::Call(*tenant.env.rpc, std::move(context), Persister::SendEvent, std::move(request)));
  co_return response.event_id();
}

Task<absl::Status> SendMember(const RoomTenant& tenant, rpc::Context context, MemberChange change) {
  StateChange state;
  state.room_id = std::move(change.room_id);
  state.requester = std::move(change.requester);
  state.type = matrix::kRoomMember;
  state.state_key = std::move(change.user_id);
  state.content = MemberContent(change.wish);
  absl::StatusOr<std::string> event_id = co_await SendState(tenant, std::move(context), std::move(state));
  co_return event_id.status();
}

}  // namespace plexus::room
