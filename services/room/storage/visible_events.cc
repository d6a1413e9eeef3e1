#include "services/room/storage/visible_events.h"

#include <map>
#include <set>
#include <utility>

#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"
#include "common/matrix/visibility.h"
#include "common/storage/readers/state.h"

namespace plexus::room {
namespace {

// What decides about sight, at one point of the room's state.
struct Surroundings {
  matrix::HistoryVisibility visibility = matrix::HistoryVisibility::kShared;
  matrix::Membership membership = matrix::Membership::kLeave;
};
using SurroundingsByPoint = std::map<storage::StatePoint, Surroundings>;

bool IsOwnMember(const storage::StoredEvent& event, const std::string& user_id) {
  return event.type == matrix::kRoomMember && event.state_key == user_id;
}

// Whether what decides about sight may differ before and after the event.
bool ChangesSight(const storage::StoredEvent& event, const std::string& user_id) {
  return IsOwnMember(event, user_id) || (event.type == matrix::kRoomHistoryVisibility && event.state_key == "");
}

storage::StatePoint PointBefore(const storage::StoredEvent& event, const std::string& user_id) {
  return ChangesSight(event, user_id) ? event.before() : event.after();
}

absl::StatusOr<SurroundingsByPoint> ReadSurroundings(storage::Source source, const std::string& user_id,
                                                     const std::vector<storage::StoredEvent>& events) {
  std::set<storage::StatePoint> distinct;
  for (const storage::StoredEvent& event : events) {
    distinct.insert(event.after());
    distinct.insert(PointBefore(event, user_id));
  }
  const std::vector<storage::StatePoint> points(distinct.begin(), distinct.end());
  const storage::TypeAndKey keys[] = {{std::string(matrix::kRoomHistoryVisibility), ""},
                                      {std::string(matrix::kRoomMember), user_id}};
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StateAtPoint> found, storage::StateEventsAt(source, points, keys));
  SurroundingsByPoint surroundings;
  for (const storage::StateAtPoint& at : found) {
    PLEXUS_ASSIGN_OR_RETURN(matrix::Event event, ToEvent(at.event));
    Surroundings& here = surroundings[at.point];
    if (at.event.type == matrix::kRoomMember) {
      here.membership = matrix::MembershipOf(&event);
    } else {
      here.visibility = matrix::HistoryVisibilityOf(&event);
    }
  }
  return surroundings;
}

bool JoinedLater(const RoomView& view, const storage::StoredEvent& event) {
  if (view.standing == Standing::kJoined) return true;
  if (view.standing == Standing::kPeeking) return false;
  // Backfilled events never entered the log: their depth must do.
  if (event.position == 0) return event.depth < view.departure->depth;
  return event.position < view.departure->position;
}

bool IsShown(const storage::StoredEvent& event) {
  return !event.outlier && !event.soft_failed && !event.rejected.has_value();
}

}  // namespace

absl::StatusOr<std::vector<SeenEvent>> VisibleEvents(storage::Source source, const RoomView& view,
                                                     const std::string& user_id,
                                                     std::vector<storage::StoredEvent> events) {
  std::erase_if(events, [](const storage::StoredEvent& event) { return !IsShown(event); });
  if (events.empty()) return std::vector<SeenEvent>();
  PLEXUS_ASSIGN_OR_RETURN(SurroundingsByPoint surroundings, ReadSurroundings(source, user_id, events));
  std::vector<SeenEvent> seen;
  for (storage::StoredEvent& event : events) {
    const Surroundings before = surroundings[PointBefore(event, user_id)];
    const Surroundings after = surroundings[event.after()];
    const matrix::Sight sight{before.visibility, after.visibility, before.membership, after.membership,
                              JoinedLater(view, event)};
    if (matrix::CanSee(sight)) seen.push_back({std::move(event), after.membership});
  }
  return seen;
}

absl::Status AddUnsigned(storage::Source source, const storage::Viewer& viewer, std::vector<SeenEvent>& events) {
  std::vector<storage::StoredEvent> stored;
  stored.reserve(events.size());
  for (SeenEvent& event : events) stored.push_back(std::move(event.stored));
  const absl::Status status = storage::AddUnsigned(source, viewer, stored);
  for (size_t i = 0; i < events.size(); ++i) events[i].stored = std::move(stored[i]);
  return status;
}

}  // namespace plexus::room
