#include "common/matrix/visibility.h"

#include "common/json/access.h"
#include "common/matrix/event.h"
#include "common/matrix/event_types.h"

namespace plexus::matrix {
namespace {

bool Allows(HistoryVisibility visibility, Membership membership, bool joined_later) {
  if (visibility == HistoryVisibility::kWorldReadable || membership == Membership::kJoin) return true;
  if (visibility == HistoryVisibility::kShared) return joined_later;
  return visibility == HistoryVisibility::kInvited && membership == Membership::kInvite;
}

}  // namespace

HistoryVisibility ParseHistoryVisibility(std::string_view text) {
  for (HistoryVisibility visibility :
       {HistoryVisibility::kWorldReadable, HistoryVisibility::kInvited, HistoryVisibility::kJoined}) {
    if (text == ToString(visibility)) return visibility;
  }
  return HistoryVisibility::kShared;
}

std::string_view ToString(HistoryVisibility visibility) {
  switch (visibility) {
    case HistoryVisibility::kShared: return "shared";
    case HistoryVisibility::kWorldReadable: return "world_readable";
    case HistoryVisibility::kInvited: return "invited";
    case HistoryVisibility::kJoined: return "joined";
  }
  return "shared";
}

HistoryVisibility HistoryVisibilityOf(const Event* event) {
  if (event == nullptr) return HistoryVisibility::kShared;
  return ParseHistoryVisibility(json::GetString(event->content(), "history_visibility").value_or(""));
}

Sight SightOf(const Event& event, std::string_view user_id, AuthState before, bool joined_later) {
  Sight sight;
  sight.visibility_before = sight.visibility_after = HistoryVisibilityOf(before(kRoomHistoryVisibility, ""));
  sight.membership_before = sight.membership_after = MembershipOf(before(kRoomMember, user_id));
  if (event.IsState(kRoomHistoryVisibility, "")) sight.visibility_after = HistoryVisibilityOf(&event);
  if (event.IsState(kRoomMember, user_id)) sight.membership_after = MembershipOf(&event);
  sight.joined_later = joined_later;
  return sight;
}

bool CanSee(const Sight& sight) {
  return Allows(sight.visibility_before, sight.membership_before, sight.joined_later) ||
         Allows(sight.visibility_before, sight.membership_after, sight.joined_later) ||
         Allows(sight.visibility_after, sight.membership_after, sight.joined_later);
}

}  // namespace plexus::matrix
