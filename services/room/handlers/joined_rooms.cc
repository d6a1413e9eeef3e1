#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/storage/readers/members.h"
#include "services/room/domain/event_text.h"
#include "services/room/handlers/handlers.h"

namespace plexus::room {

PLEXUS_ROOM_HANDLER(JoinedRooms) {
  auto read = [user_id = request.requester().user_id()](storage::Session& session) {
    return storage::MembershipsOf(session, user_id);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::vector<storage::StoredMembership> memberships, co_await tenant.Run(std::move(read)));
  std::string body = R"({"joined_rooms":)";
  ArrayText rooms(body);
  for (const storage::StoredMembership& membership : memberships) {
    if (membership.membership == "join") json::AppendString(rooms.Next(), membership.room_id);
  }
  rooms.Close();
  body += '}';
  co_return WithBody<v1::JoinedRoomsResponse>(std::move(body));
}

}  // namespace plexus::room
