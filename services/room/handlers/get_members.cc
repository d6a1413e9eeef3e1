#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"
#include "common/matrix/membership.h"
#include "common/storage/readers/timeline.h"
#include "services/room/domain/member_filter.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/reader.h"
#include "services/room/storage/timeline_scan.h"

namespace plexus::room {
namespace {

struct Wanted {
  Reader reader;
  std::string room_id;
  std::string at;
  MemberFilter filter;
};

// At the token's place in history, but no later than what the view shows.
absl::StatusOr<std::vector<storage::StoredEvent>> MembersAtToken(storage::Source source, const RoomView& view,
                                                                 const std::string& at) {
  const storage::StateSelection members = storage::StateSelection::OfType(std::string(matrix::kRoomMember));
  if (at.empty()) return StateOf(source, view, members);
  PLEXUS_ASSIGN_OR_RETURN(matrix::TopologicalToken place, PlaceOfToken(source, view.room, at));
  if (view.departure) place = std::min(place, PlaceAfter(*view.departure));
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> last,
                          storage::EventsBefore(source, view.room.nid, {place.depth, place.nid}, 1));
  if (last.empty()) return last;
  return storage::StateAt(source, last.front().after(), members);
}

absl::StatusOr<std::string> ReadMembers(storage::Source source, const Wanted& wanted) {
  PLEXUS_ASSIGN_OR_RETURN(RoomView view, LookAt(source, wanted.room_id, wanted.reader.viewer.user_id));
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> members, MembersAtToken(source, view, wanted.at));
  std::vector<storage::StoredEvent> passing;
  for (storage::StoredEvent& member : members) {
    PLEXUS_ASSIGN_OR_RETURN(matrix::Event event, ToEvent(member));
    if (wanted.filter.Passes(matrix::MembershipOf(&event))) passing.push_back(std::move(member));
  }
  std::string body = R"({"chunk":)";
  PLEXUS_RETURN_IF_ERROR(AppendStateEvents(body, source, wanted.reader, std::move(passing)));
  body += '}';
  return body;
}

}  // namespace

PLEXUS_ROOM_HANDLER(GetMembers) {
  Wanted wanted;
  wanted.reader = ReaderOf(tenant, request.requester());
  wanted.room_id = request.room_id();
  wanted.at = request.at();
  PLEXUS_CO_ASSIGN_OR_RETURN(wanted.filter, ParseMemberFilter(request.membership(), request.not_membership()));
  auto read = [wanted](storage::Session& session) { return ReadMembers(session, wanted); };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string body, co_await tenant.Run(std::move(read)));
  co_return WithBody<v1::GetMembersResponse>(std::move(body));
}

}  // namespace plexus::room
