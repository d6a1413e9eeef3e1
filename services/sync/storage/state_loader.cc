#include <map>
#include <utility>

#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"
#include "common/storage/readers/events.h"
#include "common/storage/readers/state_batch.h"
#include "services/sync/storage/room_loader.h"

namespace plexus::sync {
namespace {

using storage::StateAtPoint;
using storage::StatePoint;
using storage::StoredEvent;

using StateKey = std::pair<std::string, std::string>;
using StateMap = std::map<StateKey, StoredEvent>;

StateKey KeyOf(const StoredEvent& event) { return {event.type, event.state_key.value_or("")}; }

// Events by the point that they were asked for at.
using ByPoint = std::map<StatePoint, StateMap>;

void Collect(std::vector<StateAtPoint> states, ByPoint& out) {
  for (StateAtPoint& state : states) {
    StateKey key = KeyOf(state.event);
    out[state.point].insert_or_assign(std::move(key), std::move(state.event));
  }
}

// How a room's state comes about.
struct StateNeed {
  RoomWork* room = nullptr;
  bool full = false;
  bool changes = false;  // since `from`
  StatePoint from, to;
  bool forked() const { return changes && from.chain != to.chain; }
};

class StateLoad {
 public:
  StateLoad(const LoadScope& scope, std::vector<RoomWork>& rooms) : scope_(scope), lazy_(Lazy(scope)) {
    for (RoomWork& room : rooms) {
      const Section section = room.plan.section;
      if (section != Section::kJoin && section != Section::kLeave) continue;
      if (room.plan.own_events_only) continue;
      StateNeed need;
      need.room = &room;
      need.full = room.plan.is_new || scope.request.full_state;
      need.changes = !need.full && room.gap;
      needs_.push_back(need);
    }
  }

  absl::Status Run() {
    PLEXUS_RETURN_IF_ERROR(FindPoints());
    PLEXUS_RETURN_IF_ERROR(LoadWhole());
    PLEXUS_RETURN_IF_ERROR(LoadChanges());
    PLEXUS_RETURN_IF_ERROR(LoadMembers());
    for (StateNeed& need : needs_) AddHidden(need);
    PLEXUS_RETURN_IF_ERROR(AddRedactions());
    for (StateNeed& need : needs_) Finish(need);
    return absl::OkStatus();
  }

 private:
  static bool Lazy(const LoadScope& scope) { return scope.filter().room.state.lazy_load_members; }
  bool after() const { return scope_.request.state_after; }

  // Sets `to` and `from`; those that no event of the timeline names are looked up by their positions.
  absl::Status FindPoints() {
    std::vector<storage::RoomPosition> asked;
    absl::flat_hash_map<int64_t, StatePoint*> waiting_to, waiting_from;
    for (StateNeed& need : needs_) {
      const RoomPlan& plan = need.room->plan;
      const std::vector<StoredEvent>& considered = need.room->considered;
      if (!considered.empty()) {
        need.to = after() ? considered.back().after() : considered.front().before();
      } else if (need.full || need.changes) {
        asked.push_back({plan.membership.room_nid, plan.upto});
        waiting_to[plan.membership.room_nid] = &need.to;
      }
    }
    PLEXUS_RETURN_IF_ERROR(LookUp(asked, waiting_to));
    asked.clear();
    for (StateNeed& need : needs_) {
      if (!need.changes) continue;
      asked.push_back({need.room->plan.membership.room_nid, need.room->plan.after});
      waiting_from[need.room->plan.membership.room_nid] = &need.from;
    }
    return LookUp(asked, waiting_from);
  }

  absl::Status LookUp(const std::vector<storage::RoomPosition>& asked,
                      const absl::flat_hash_map<int64_t, StatePoint*>& waiting) {
    PLEXUS_ASSIGN_OR_RETURN(auto points, storage::StatePointsAt(scope_.source, asked));
    for (const storage::RoomStatePoint& point : points) *waiting.at(point.room_nid) = point.point;
    return absl::OkStatus();
  }

  absl::Status LoadWhole() {
    std::vector<StatePoint> points;
    for (const StateNeed& need : needs_) {
      if (need.full || need.forked()) points.push_back(need.to);
      if (need.forked()) points.push_back(need.from);
    }
    PLEXUS_ASSIGN_OR_RETURN(auto states, storage::StatesAt(scope_.source, points, lazy_));
    ByPoint by_point;
    Collect(std::move(states), by_point);
    for (StateNeed& need : needs_) {
      if (need.full || need.forked()) states_[need.room] = by_point[need.to];
      if (!need.forked()) continue;
      for (const auto& [key, event] : by_point[need.from]) {
        auto it = states_[need.room].find(key);
        if (it != states_[need.room].end() && it->second.nid == event.nid) states_[need.room].erase(it);
      }
    }
    return absl::OkStatus();
  }

  absl::Status LoadChanges() {
    std::vector<storage::StateStretch> stretches;
    for (const StateNeed& need : needs_) {
      if (need.changes && !need.forked()) stretches.push_back({need.to.chain, need.from.seq, need.to.seq});
    }
    PLEXUS_ASSIGN_OR_RETURN(auto states, storage::StateChangesIn(scope_.source, stretches, lazy_));
    ByPoint by_point;
    Collect(std::move(states), by_point);
    for (StateNeed& need : needs_) {
      if (need.changes && !need.forked()) states_[need.room] = std::move(by_point[need.to]);
    }
    return absl::OkStatus();
  }

  // The client needs the member, and may not have it.
  bool MustSend(const StateNeed& need, const std::string& user_id) const {
    if (need.full || need.changes || scope_.filter().room.state.include_redundant_members) return true;
    const std::string& room_id = need.room->plan.membership.room_id;
    return !scope_.request.known_members->contains(LazyMembers::KeyOf(room_id, user_id));
  }

  absl::Status LoadMembers() {
    if (!lazy_) return absl::OkStatus();
    std::vector<storage::MemberAtPoint> wanted;
    std::map<StatePoint, RoomWork*> rooms;
    for (StateNeed& need : needs_) {
      if (need.full) need.room->wanted_members.insert(scope_.request.user_id);
      rooms[need.to] = need.room;
      for (const std::string& user_id : need.room->wanted_members) {
        if (!MustSend(need, user_id)) continue;
        wanted.push_back({need.to, user_id});
        scope_.members_sent.push_back(LazyMembers::KeyOf(need.room->plan.membership.room_id, user_id));
      }
    }
    PLEXUS_ASSIGN_OR_RETURN(auto members, storage::MembersAt(scope_.source, wanted));
    for (StateAtPoint& member : members) {
      StateMap& state = states_[rooms.at(member.point)];
      StateKey key = KeyOf(member.event);
      state.insert_or_assign(std::move(key), std::move(member.event));
    }
    return absl::OkStatus();
  }

  // State changes of the timeline's stretch that the timeline does not show; with state_after all of them.
  void AddHidden(StateNeed& need) {
    absl::flat_hash_set<int64_t> shown;
    if (!after()) {
      for (const TimelineEvent& event : need.room->delta.timeline) shown.insert(event.event->nid);
    }
    for (const StoredEvent& event : need.room->considered) {
      if (!event.is_state() || shown.contains(event.nid)) continue;
      const bool unwanted_member = lazy_ && !after() && event.type == matrix::kRoomMember &&
                                   !need.room->wanted_members.contains(*event.state_key);
      if (!unwanted_member) states_[need.room].insert_or_assign(KeyOf(event), event);
    }
  }

  // `redacted_because` of the few that were.
  absl::Status AddRedactions() {
    std::vector<StoredEvent*> places;
    std::vector<StoredEvent> redacted;
    for (auto& [room, state] : states_) {
      for (auto& [key, event] : state) {
        if (event.redacted_by == 0) continue;
        places.push_back(&event);
        redacted.push_back(event);
      }
    }
    const storage::Viewer viewer{scope_.request.user_id, scope_.request.device_id};
    PLEXUS_RETURN_IF_ERROR(storage::AddUnsigned(scope_.source, viewer, redacted));
    for (size_t i = 0; i < places.size(); ++i) *places[i] = std::move(redacted[i]);
    return absl::OkStatus();
  }

  void Finish(StateNeed& need) {
    RoomWork& room = *need.room;
    for (auto& [key, event] : states_[&room]) {
      if (!PassesFilter(scope_.filter().room.state, room.plan.membership.room_id, event)) continue;
      room.delta.state.push_back(FromStored(event, scope_.request.device_id));
    }
    room.delta.required |= scope_.request.full_state || (room.plan.is_new && room.plan.section == Section::kJoin);
  }

  const LoadScope& scope_;
  const bool lazy_;
  std::vector<StateNeed> needs_;
  std::map<RoomWork*, StateMap> states_;
};

}  // namespace

absl::Status LoadStates(const LoadScope& scope, std::vector<RoomWork>& rooms) { return StateLoad(scope, rooms).Run(); }

}  // namespace plexus::sync
