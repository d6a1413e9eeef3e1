#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/storage/readers/rooms.h"
#include "services/room/domain/event_text.h"
#include "services/room/handlers/handlers.h"
#include "services/room/storage/room_view.h"

namespace plexus::room {
namespace {

absl::StatusOr<std::vector<storage::StoredAlias>> ReadAliases(storage::Source source, const std::string& room_id,
                                                              const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(RoomView view, LookAt(source, room_id, user_id));
  if (view.standing == Standing::kDeparted) {
    PLEXUS_ASSIGN_OR_RETURN(const bool readable, IsWorldReadable(source, view.room.nid));
    if (!readable) return errors::Forbidden("You are not in the room.");
  }
  return storage::AliasesOf(source, view.room.nid);
}

}  // namespace

PLEXUS_ROOM_HANDLER(ListAliases) {
  auto read = [room_id = request.room_id(), user_id = request.requester().user_id()](storage::Session& session) {
    return ReadAliases(session, room_id, user_id);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::vector<storage::StoredAlias> aliases, co_await tenant.Run(std::move(read)));
  std::string body = R"({"aliases":)";
  ArrayText array(body);
  for (const storage::StoredAlias& alias : aliases) json::AppendString(array.Next(), alias.alias);
  array.Close();
  body += '}';
  co_return WithBody<v1::ListAliasesResponse>(std::move(body));
}

}  // namespace plexus::room
