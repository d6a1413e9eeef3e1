#include "services/room/storage/find_room.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/matrix/ids.h"
#include "common/storage/readers/state.h"
#include "services/room/storage/room_view.h"

namespace plexus::room {

absl::StatusOr<storage::StoredRoom> RequireRoom(storage::Source source, const std::string& room_id) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<storage::StoredRoom> room, storage::FindRoom(source, room_id));
  if (!room) return errors::NotFound("This server does not know the room.");
  return *std::move(room);
}

absl::StatusOr<storage::StoredRoom> ResolveRoom(storage::Source source, const std::string& room_id_or_alias) {
  if (matrix::IsValidRoomId(room_id_or_alias)) return RequireRoom(source, room_id_or_alias);
  if (!matrix::IsValidRoomAlias(room_id_or_alias)) return errors::InvalidParam("Neither a room id nor a room alias.");
  PLEXUS_ASSIGN_OR_RETURN(std::optional<storage::StoredAlias> alias, storage::FindAlias(source, room_id_or_alias));
  if (!alias) return errors::NotFound(absl::StrCat("Room alias ", room_id_or_alias, " not found."));
  return RequireRoom(source, alias->room_id);
}

absl::StatusOr<std::optional<matrix::Event>> CurrentEvent(storage::Source source, int64_t room_nid, std::string type,
                                                          std::string state_key) {
  const storage::TypeAndKey key{std::move(type), std::move(state_key)};
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> found,
                          storage::CurrentStateEvents(source, std::span(&room_nid, 1), std::span(&key, 1)));
  if (found.empty()) return std::nullopt;
  PLEXUS_ASSIGN_OR_RETURN(matrix::Event event, ToEvent(found.front()));
  return event;
}

}  // namespace plexus::room
