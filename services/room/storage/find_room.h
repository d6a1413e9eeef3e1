// Rooms by what clients call them.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/matrix/event.h"
#include "common/storage/readers/rooms.h"
#include "common/storage/readers/source.h"

namespace plexus::room {

// 404 M_NOT_FOUND if this server does not know the room.
absl::StatusOr<storage::StoredRoom> RequireRoom(storage::Source source, const std::string& room_id);

// By id or alias. 400 M_INVALID_PARAM for what is neither; 404 M_NOT_FOUND.
absl::StatusOr<storage::StoredRoom> ResolveRoom(storage::Source source, const std::string& room_id_or_alias);

// The room's current event of that type and key, if there is one.
absl::StatusOr<std::optional<matrix::Event>> CurrentEvent(storage::Source source, int64_t room_nid, std::string type,
                                                          std::string state_key);

}  // namespace plexus::room
