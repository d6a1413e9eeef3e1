#include "services/sync/domain/room_plan.h"

#include <algorithm>

namespace plexus::sync {
namespace {

using matrix::Membership;
using storage::StoredEvent;
using storage::StoredMembership;

// The own member events since the client's last look, oldest first, and what was before them.
struct Changes {
  Membership before = Membership::kLeave;
  std::vector<const StoredEvent*> events;
};

Changes ChangesAfter(const std::vector<StoredEvent>& history, int64_t after) {
  Changes changes;
  for (const StoredEvent& event : history) {
    if (event.position > after) {
      changes.events.push_back(&event);
    } else {
      changes.before = MembershipIn(event.json);
      break;
    }
  }
  std::reverse(changes.events.begin(), changes.events.end());
  return changes;
}

RoomPlan BasicPlan(const StoredMembership& membership, Section section, int64_t after, int64_t upto) {
  RoomPlan plan;
  plan.membership = membership;
  plan.section = section;
  plan.after = plan.joined_since = after;
  plan.upto = upto;
  return plan;
}

// The room as one that the client has yet to hear of.
RoomPlan NewPlan(const StoredMembership& membership, Section section, int64_t upto) {
  RoomPlan plan = BasicPlan(membership, section, 0, upto);
  plan.is_new = true;
  plan.joined_since = membership.position;
  return plan;
}

RoomPlan JoinedPlan(const StoredMembership& membership, int64_t after, int64_t head, const Changes& changes) {
  bool continuous = changes.before == Membership::kJoin;
  int64_t joined_at = after;
  bool joined = continuous;
  for (const StoredEvent* event : changes.events) {
    const bool joins = MembershipIn(event->json) == Membership::kJoin;
    if (joins && !joined) joined_at = event->position;
    continuous = continuous && joins;
    joined = joins;
  }
  if (continuous) return BasicPlan(membership, Section::kJoin, after, head);
  RoomPlan plan = NewPlan(membership, Section::kJoin, head);
  plan.joined_since = joined_at;
  return plan;
}

RoomPlan LeftPlan(const StoredMembership& membership, int64_t after, const Changes& changes) {
  bool joined = changes.before == Membership::kJoin;
  bool was_joined = joined, rejoined = false;
  RoomPlan plan = BasicPlan(membership, Section::kLeave, after, after);
  for (const StoredEvent* event : changes.events) {
    const bool joins = MembershipIn(event->json) == Membership::kJoin;
    if (joins && !joined) {
      rejoined = true;
      plan.joined_since = event->position;
    }
    if (joins || joined) {
      // What came between an earlier leave and this is part of the room's timeline, as far as it is visible.
      plan.upto = event->position;
      plan.own_events.clear();
    } else {
      plan.own_events.push_back(*event);
    }
    was_joined = was_joined || joins;
    joined = joins;
  }
  plan.own_events_only = !was_joined;
  plan.is_new = rejoined;
  if (plan.is_new) plan.after = 0;
  return plan;
}

// Of an initial sync.
RoomPlan ArchivedPlan(const StoredMembership& membership) {
  RoomPlan plan = NewPlan(membership, Section::kLeave, membership.position);
  plan.own_events_only = membership.previous != "join";
  return plan;
}

}  // namespace

std::optional<RoomPlan> PlanRoom(const StoredMembership& membership, std::optional<int64_t> after, int64_t head,
                                 const std::vector<StoredEvent>& history, bool include_leave) {
  const bool changed = !after || membership.position > *after;
  if (membership.membership == "join") {
    if (!after) return NewPlan(membership, Section::kJoin, head);
    if (!changed) return BasicPlan(membership, Section::kJoin, *after, head);
    return JoinedPlan(membership, *after, head, ChangesAfter(history, *after));
  }
  if (!changed || membership.forgotten) return std::nullopt;
  if (membership.membership == "invite") return NewPlan(membership, Section::kInvite, membership.position);
  if (membership.membership == "knock") return NewPlan(membership, Section::kKnock, membership.position);
  if (after) return LeftPlan(membership, *after, ChangesAfter(history, *after));
  if (!include_leave) return std::nullopt;
  return ArchivedPlan(membership);
}

}  // namespace plexus::sync
