#include "common/base/status_macros.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/reader.h"

namespace plexus::room {
namespace {

absl::StatusOr<std::string> ReadState(storage::Source source, const Reader& reader, const std::string& room_id) {
  PLEXUS_ASSIGN_OR_RETURN(RoomView view, LookAt(source, room_id, reader.viewer.user_id));
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> state, StateOf(source, view));
  std::string body;
  PLEXUS_RETURN_IF_ERROR(AppendStateEvents(body, source, reader, std::move(state)));
  return body;
}

}  // namespace

PLEXUS_ROOM_HANDLER(GetRoomState) {
  auto read = [reader = ReaderOf(tenant, request.requester()), room_id = request.room_id()](storage::Session& session) {
    return ReadState(session, reader, room_id);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string body, co_await tenant.Run(std::move(read)));
  co_return WithBody<v1::GetRoomStateResponse>(std::move(body));
}

}  // namespace plexus::room
