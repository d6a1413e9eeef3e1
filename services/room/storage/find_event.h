// One event of a room, if somebody may see it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"
#include "services/room/storage/room_view.h"
#include "services/room/storage/visible_events.h"

namespace plexus::room {

// 404 M_NOT_FOUND if the room has no such event, or the user may not see it.
absl::StatusOr<SeenEvent> FindVisibleEvent(storage::Source source, const RoomView& view, const std::string& user_id,
                                           const std::string& event_id);

// As LookAt, but who may not look at the room is told that there is nothing: 404 M_NOT_FOUND.
absl::StatusOr<RoomView> LookForEvent(storage::Source source, const std::string& room_id, const std::string& user_id);

}  // namespace plexus::room
