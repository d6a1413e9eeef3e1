#include "services/room/storage/room_view.h"

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"
#include "common/matrix/membership.h"
#include "common/matrix/visibility.h"
#include "common/storage/readers/member_history.h"
#include "common/storage/readers/members.h"

namespace plexus::room {
namespace {

// How many changes of a membership are looked through for the last join.
constexpr int64_t kMaxMemberHistory = 100;

absl::Status NotAMember() { return errors::Forbidden("You are not, and have not been, a member of this room."); }

// The event that ended the user's last join, if there was one.
absl::StatusOr<std::optional<storage::StoredEvent>> FindDeparture(storage::Source source, int64_t room_nid,
                                                                  const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> history,
                          storage::MemberHistory(source, room_nid, user_id, kMaxMemberHistory));
  std::optional<storage::StoredEvent> later;
  for (storage::StoredEvent& stored : history) {
    PLEXUS_ASSIGN_OR_RETURN(matrix::Event event, ToEvent(stored));
    if (matrix::MembershipOf(&event) == matrix::Membership::kJoin) return later;
    later = std::move(stored);
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<matrix::Event> ToEvent(const storage::StoredEvent& stored) {
  const matrix::RoomVersion* version = matrix::FindRoomVersion(stored.room_version);
  if (version == nullptr) return absl::InternalError(absl::StrCat("stored room version ", stored.room_version));
  return matrix::Event::FromStored(stored.json, stored.event_id, *version);
}

absl::StatusOr<bool> IsWorldReadable(storage::Source source, int64_t room_nid) {
  const storage::TypeAndKey key{std::string(matrix::kRoomHistoryVisibility), ""};
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> found,
                          storage::CurrentStateEvents(source, std::span(&room_nid, 1), std::span(&key, 1)));
  if (found.empty()) return false;
  PLEXUS_ASSIGN_OR_RETURN(matrix::Event event, ToEvent(found.front()));
  return matrix::HistoryVisibilityOf(&event) == matrix::HistoryVisibility::kWorldReadable;
}

absl::StatusOr<RoomView> LookAt(storage::Source source, const std::string& room_id, const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<storage::StoredRoom> room, storage::FindRoom(source, room_id));
  if (!room) return NotAMember();
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredMembership> memberships,
                          storage::MembershipsIn(source, user_id, std::span(&room->nid, 1)));
  RoomView view{*std::move(room), Standing::kJoined, std::nullopt};
  if (!memberships.empty()) {
    const storage::StoredMembership& membership = memberships.front();
    if (membership.membership == "join") return view;
    if (!membership.forgotten) {
      PLEXUS_ASSIGN_OR_RETURN(view.departure, FindDeparture(source, view.room.nid, user_id));
    }
  }
  view.standing = view.departure ? Standing::kDeparted : Standing::kPeeking;
  if (view.departure) return view;
  PLEXUS_ASSIGN_OR_RETURN(const bool readable, IsWorldReadable(source, view.room.nid));
  if (!readable) return NotAMember();
  return view;
}

absl::StatusOr<std::vector<storage::StoredEvent>> StateOf(storage::Source source, const RoomView& view,
                                                          const storage::StateSelection& selection) {
  if (view.standing == Standing::kDeparted) return storage::StateAt(source, view.departure->after(), selection);
  return storage::CurrentState(source, std::span(&view.room.nid, 1), selection);
}

absl::StatusOr<std::vector<storage::StoredEvent>> StateEventsOf(storage::Source source, const RoomView& view,
                                                                std::span<const storage::TypeAndKey> keys) {
  if (view.standing != Standing::kDeparted) {
    return storage::CurrentStateEvents(source, std::span(&view.room.nid, 1), keys);
  }
  const storage::StatePoint point = view.departure->after();
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StateAtPoint> found,
                          storage::StateEventsAt(source, std::span(&point, 1), keys));
  std::vector<storage::StoredEvent> events;
  for (storage::StateAtPoint& at : found) events.push_back(std::move(at.event));
  return events;
}

}  // namespace plexus::room
