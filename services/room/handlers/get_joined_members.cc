#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/matrix/event_types.h"
#include "common/matrix/membership.h"
#include "services/room/handlers/handlers.h"
#include "services/room/storage/room_view.h"

namespace plexus::room {
namespace {

// {"display_name": …, "avatar_url": …}, as far as the member event has them.
json::Object RoomMember(const matrix::Event& event) {
  json::Object member;
  if (auto name = json::GetString(event.content(), "displayname")) member["display_name"] = *name;
  if (auto url = json::GetString(event.content(), "avatar_url")) member["avatar_url"] = *url;
  return member;
}

absl::StatusOr<std::string> ReadJoinedMembers(storage::Source source, const std::string& room_id,
                                              const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(RoomView view, LookAt(source, room_id, user_id));
  if (view.standing != Standing::kJoined) return errors::Forbidden("You are not in the room.");
  const storage::StateSelection members = storage::StateSelection::OfType(std::string(matrix::kRoomMember));
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> state, StateOf(source, view, members));
  std::string body = R"({"joined":{)";
  std::string_view separator;
  for (const storage::StoredEvent& stored : state) {
    PLEXUS_ASSIGN_OR_RETURN(matrix::Event event, ToEvent(stored));
    if (matrix::MembershipOf(&event) != matrix::Membership::kJoin) continue;
    body += separator;
    separator = ",";
    json::AppendString(body, stored.state_key.value_or(""));
    body += ':';
    json::AppendSerialized(body, RoomMember(event));
  }
  body += "}}";
  return body;
}

}  // namespace

PLEXUS_ROOM_HANDLER(GetJoinedMembers) {
  auto read = [room_id = request.room_id(), user_id = request.requester().user_id()](storage::Session& session) {
    return ReadJoinedMembers(session, room_id, user_id);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string body, co_await tenant.Run(std::move(read)));
  co_return WithBody<v1::GetJoinedMembersResponse>(std::move(body));
}

}  // namespace plexus::room
