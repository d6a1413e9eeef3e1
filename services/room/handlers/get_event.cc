#include "common/base/status_macros.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/reader.h"
#include "services/room/storage/find_event.h"

namespace plexus::room {
namespace {

absl::StatusOr<std::string> ReadEvent(storage::Source source, const Reader& reader, const std::string& room_id,
                                      const std::string& event_id) {
  const std::string& user_id = reader.viewer.user_id;
  PLEXUS_ASSIGN_OR_RETURN(RoomView view, LookForEvent(source, room_id, user_id));
  PLEXUS_ASSIGN_OR_RETURN(SeenEvent event, FindVisibleEvent(source, view, user_id, event_id));
  std::string body;
  PLEXUS_RETURN_IF_ERROR(AppendSeen(body, source, reader, std::move(event)));
  return body;
}

}  // namespace

PLEXUS_ROOM_HANDLER(GetEvent) {
  auto read = [reader = ReaderOf(tenant, request.requester()), room_id = request.room_id(),
               event_id = request.event_id()](storage::Session& session) {
    return ReadEvent(session, reader, room_id, event_id);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string body, co_await tenant.Run(std::move(read)));
  co_return WithBody<v1::GetEventResponse>(std::move(body));
}

}  // namespace plexus::room
