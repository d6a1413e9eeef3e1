// Which events a user may see. Client-Server API, "Room History Visibility".
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/matrix/event.h"
#include "common/matrix/membership.h"
#include "common/storage/readers/events.h"
#include "common/storage/readers/source.h"
#include "common/storage/readers/stored_event.h"
#include "services/room/storage/room_view.h"

namespace plexus::room {

// An event that somebody may see, with their membership at that event (its own effect included).
struct SeenEvent {
  storage::StoredEvent stored;
  matrix::Membership membership = matrix::Membership::kLeave;
};

// Those of `events` (of the view's room) that the user may see, in their order. Outliers, rejected and soft-failed
// events never are. One statement.
absl::StatusOr<std::vector<SeenEvent>> VisibleEvents(storage::Source source, const RoomView& view,
                                                     const std::string& user_id,
                                                     std::vector<storage::StoredEvent> events);

// Fills what goes into `unsigned`. One statement.
absl::Status AddUnsigned(storage::Source source, const storage::Viewer& viewer, std::vector<SeenEvent>& events);

}  // namespace plexus::room
