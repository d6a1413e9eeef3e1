#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"
#include "common/matrix/visibility.h"
#include "common/storage/readers/events.h"
#include "common/storage/readers/state.h"
#include "common/storage/readers/timeline.h"
#include "services/sync/domain/pdu_text.h"
#include "services/sync/storage/room_loader.h"

namespace plexus::sync {
namespace {

using matrix::Membership;
using storage::StatePoint;
using storage::StoredEvent;

// How many events are looked at to find those that a filter wants.
constexpr int64_t kFilteredFactor = 5;
constexpr int64_t kFilteredExtra = 20;

bool IsSelective(const matrix::RoomEventFilter& filter) {
  return filter.types || filter.senders || !filter.not_types.empty() || !filter.not_senders.empty() ||
         filter.contains_url;
}

int64_t FetchLimit(const matrix::Filter& filter) {
  const int64_t limit = TimelineLimit(filter);
  return IsSelective(filter.room.timeline) ? limit * kFilteredFactor + kFilteredExtra : limit + 1;
}

// What the user was, and what the room showed, around events that are older than a sure join.
class Sights {
 public:
  absl::Status Load(const LoadScope& scope, const std::vector<RoomWork>& rooms) {
    std::vector<StatePoint> points;
    for (const RoomWork& room : rooms) {
      for (const StoredEvent& event : room.considered) {
        if (event.position > room.plan.joined_since) continue;
        points.push_back(event.before());
        points.push_back(event.after());
      }
    }
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    const std::vector<storage::TypeAndKey> keys = {{std::string(matrix::kRoomMember), scope.request.user_id},
                                                   {std::string(matrix::kRoomHistoryVisibility), ""}};
    PLEXUS_ASSIGN_OR_RETURN(auto states, storage::StateEventsAt(scope.source, points, keys));
    for (const storage::StateAtPoint& state : states) {
      if (state.event.type == matrix::kRoomMember) {
        memberships_[Key(state.point)] = MembershipIn(state.event.json);
      } else {
        visibilities_[Key(state.point)] = VisibilityIn(state.event.json);
      }
    }
    return absl::OkStatus();
  }

  Membership MembershipAt(StatePoint point) const {
    auto it = memberships_.find(Key(point));
    return it == memberships_.end() ? Membership::kLeave : it->second;
  }
  matrix::HistoryVisibility VisibilityAt(StatePoint point) const {
    auto it = visibilities_.find(Key(point));
    return it == visibilities_.end() ? matrix::HistoryVisibility::kShared : it->second;
  }

 private:
  using PointKey = std::pair<int64_t, int64_t>;
  static PointKey Key(StatePoint point) { return {point.chain, point.seq}; }
  static matrix::HistoryVisibility VisibilityIn(std::string_view pdu) {
    std::string_view quoted = FindMember(FindMember(pdu, "content"), "history_visibility");
    if (quoted.size() < 2) return matrix::HistoryVisibility::kShared;
    return matrix::ParseHistoryVisibility(quoted.substr(1, quoted.size() - 2));
  }
  absl::flat_hash_map<PointKey, Membership> memberships_;
  absl::flat_hash_map<PointKey, matrix::HistoryVisibility> visibilities_;
};

bool IsOwnMember(const StoredEvent& event, const std::string& user_id) {
  return event.type == matrix::kRoomMember && event.state_key == user_id;
}

// The recipient's membership at the event; nothing if the event is not for its eyes.
std::optional<Membership> SeenAs(const LoadScope& scope, const RoomWork& room, const Sights& sights,
                                 const StoredEvent& event) {
  if (IsOwnMember(event, scope.request.user_id)) return MembershipIn(event.json);
  if (room.plan.own_events_only) return std::nullopt;
  if (event.position > room.plan.joined_since) return Membership::kJoin;
  matrix::Sight sight;
  sight.membership_before = sights.MembershipAt(event.before());
  sight.membership_after = sights.MembershipAt(event.after());
  sight.visibility_before = sights.VisibilityAt(event.before());
  sight.visibility_after = sights.VisibilityAt(event.after());
  sight.joined_later = true;  // joined_since is later, and only who was joined gets this far
  if (!matrix::CanSee(sight)) return std::nullopt;
  return sight.membership_after;
}

bool IsWanted(const LoadScope& scope, const RoomWork& room, const StoredEvent& event) {
  const matrix::RoomEventFilter& filter = scope.filter().room.timeline;
  if (!event.is_state() && scope.ignored.contains(event.sender)) return false;
  return PassesFilter(filter, room.plan.membership.room_id, event);
}

struct Choice {
  size_t index;  // in `considered`
  Membership membership;
};

// Forgets what was considered before `index`: the timeline begins there.
void CutBefore(RoomWork& room, size_t index, std::vector<Choice>& choices) {
  room.gap = true;
  room.considered.erase(room.considered.begin(), room.considered.begin() + static_cast<ptrdiff_t>(index));
  for (Choice& choice : choices) choice.index -= index;
}

// Chooses from the newest on until the limit is reached or something is not for the user's eyes: state that is hidden
// between events that are not would be lost.
std::vector<Choice> Choose(const LoadScope& scope, RoomWork& room, const Sights& sights) {
  const auto limit = static_cast<size_t>(TimelineLimit(scope.filter()));
  std::vector<Choice> choices;
  for (size_t i = room.considered.size(); i-- > 0;) {
    const StoredEvent& event = room.considered[i];
    std::optional<Membership> seen = SeenAs(scope, room, sights, event);
    if (!seen) {
      CutBefore(room, i + 1, choices);
      break;
    }
    if (!IsWanted(scope, room, event)) continue;
    if (choices.size() == limit) {
      CutBefore(room, choices.back().index, choices);
      break;
    }
    choices.push_back({i, *seen});
  }
  std::reverse(choices.begin(), choices.end());
  return choices;
}

void Finish(const LoadScope& scope, RoomWork& room, const std::vector<Choice>& choices) {
  for (const Choice& choice : choices) {
    const StoredEvent& event = room.considered[choice.index];
    room.delta.timeline.push_back({FromStored(event, scope.request.device_id), choice.membership});
    room.wanted_members.insert(event.sender);
  }
  // Own events after the user's last day in the room.
  for (const StoredEvent& event : room.plan.own_events) {
    if (!IsWanted(scope, room, event)) continue;
    room.delta.timeline.push_back({FromStored(event, scope.request.device_id), MembershipIn(event.json)});
  }
  room.delta.limited = room.gap || (room.plan.is_new && !scope.initial());
  if (!room.considered.empty()) {
    const StoredEvent& first = room.considered.front();
    room.delta.prev_batch = matrix::EncodeTopologicalToken({first.depth, first.nid});
  }
  room.members_changed = room.gap || room.plan.is_new;
  for (const StoredEvent& event : room.considered) room.members_changed |= event.type == matrix::kRoomMember;
}

// Distributes what was read (by room, newest first) to the rooms that asked.
void Distribute(std::vector<StoredEvent> events, int64_t fetch_limit, std::vector<RoomWork*>& asked) {
  absl::flat_hash_map<int64_t, RoomWork*> by_nid;
  for (RoomWork* room : asked) by_nid[room->plan.membership.room_nid] = room;
  for (StoredEvent& event : events) by_nid[event.room_nid]->considered.push_back(std::move(event));
  for (RoomWork* room : asked) {
    room->gap = room->considered.size() >= static_cast<size_t>(fetch_limit);
    std::reverse(room->considered.begin(), room->considered.end());
  }
}

absl::Status AddUnsignedParts(const LoadScope& scope, std::vector<RoomWork>& rooms) {
  std::vector<StoredEvent> all;
  for (RoomWork& room : rooms) {
    for (StoredEvent& event : room.considered) all.push_back(std::move(event));
    for (StoredEvent& event : room.plan.own_events) all.push_back(std::move(event));
  }
  const storage::Viewer viewer{scope.request.user_id, scope.request.device_id};
  PLEXUS_RETURN_IF_ERROR(storage::AddUnsigned(scope.source, viewer, all));
  auto next = all.begin();
  for (RoomWork& room : rooms) {
    for (StoredEvent& event : room.considered) event = std::move(*next++);
    for (StoredEvent& event : room.plan.own_events) event = std::move(*next++);
  }
  return absl::OkStatus();
}

}  // namespace

int64_t TimelineLimit(const matrix::Filter& filter) {
  return std::min(filter.room.timeline.limit.value_or(kDefaultTimelineLimit), kMaxTimelineLimit);
}

bool PassesFilter(const matrix::RoomEventFilter& part, const std::string& room_id, const StoredEvent& event) {
  if (!matrix::MatchesRoom(part, room_id) || !matrix::Matches(part, event.type, event.sender)) return false;
  if (!part.contains_url) return true;
  return *part.contains_url == !FindMember(FindMember(event.json, "content"), "url").empty();
}

absl::Status LoadTimelines(const LoadScope& scope, std::vector<RoomWork>& rooms) {
  const int64_t fetch_limit = FetchLimit(scope.filter());
  std::vector<RoomWork*> asked;
  std::vector<storage::TimelineRange> ranges;
  for (RoomWork& room : rooms) {
    const RoomPlan& plan = room.plan;
    if (plan.section != Section::kJoin && plan.section != Section::kLeave) continue;
    if (plan.own_events_only || plan.upto <= plan.after) continue;
    asked.push_back(&room);
    ranges.push_back({plan.membership.room_nid, plan.after, plan.upto, fetch_limit});
  }
  PLEXUS_ASSIGN_OR_RETURN(std::vector<StoredEvent> events, storage::NewestInRanges(scope.source, ranges));
  Distribute(std::move(events), fetch_limit, asked);
  Sights sights;
  PLEXUS_RETURN_IF_ERROR(sights.Load(scope, rooms));
  std::vector<std::vector<Choice>> choices;
  for (RoomWork& room : rooms) choices.push_back(Choose(scope, room, sights));
  PLEXUS_RETURN_IF_ERROR(AddUnsignedParts(scope, rooms));
  for (size_t i = 0; i < rooms.size(); ++i) {
    if (rooms[i].plan.section == Section::kJoin || rooms[i].plan.section == Section::kLeave) {
      Finish(scope, rooms[i], choices[i]);
    }
  }
  return absl::OkStatus();
}

}  // namespace plexus::sync
