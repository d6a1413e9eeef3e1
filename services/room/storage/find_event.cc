#include "services/room/storage/find_event.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/storage/readers/events.h"

namespace plexus::room {
namespace {

absl::Status NoSuchEvent() { return errors::NotFound("Event not found."); }

}  // namespace

absl::StatusOr<SeenEvent> FindVisibleEvent(storage::Source source, const RoomView& view, const std::string& user_id,
                                           const std::string& event_id) {
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> found,
                          storage::EventsById(source, std::span(&event_id, 1)));
  if (found.empty() || found.front().room_nid != view.room.nid) return NoSuchEvent();
  PLEXUS_ASSIGN_OR_RETURN(std::vector<SeenEvent> seen, VisibleEvents(source, view, user_id, std::move(found)));
  if (seen.empty()) return NoSuchEvent();
  return std::move(seen.front());
}

absl::StatusOr<RoomView> LookForEvent(storage::Source source, const std::string& room_id, const std::string& user_id) {
  absl::StatusOr<RoomView> view = LookAt(source, room_id, user_id);
  if (absl::IsPermissionDenied(view.status())) return NoSuchEvent();
  return view;
}

}  // namespace plexus::room
