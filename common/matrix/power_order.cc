#include "common/matrix/power_order.h"

#include <queue>
#include <string_view>
#include <tuple>

#include "common/matrix/auth_chain.h"
#include "common/matrix/event_types.h"
#include "common/matrix/membership.h"
#include "common/matrix/power_levels.h"

namespace plexus::matrix {
namespace {

// The create event, which is not among the auth events where the room id implies it.
const Event* CreateOf(EventIndex& index, EventNumber number) {
  const Event& event = *index.Find(number);
  if (event.version().create_in_auth_events) {
    const std::optional<EventNumber> create = index.AuthOf(number, kRoomCreate, "");
    return create ? index.Find(*create) : nullptr;
  }
  return index.CreateEvent(event);
}

// The level of the event's sender by the event's own auth events.
int64_t SenderLevel(EventIndex& index, EventNumber number) {
  const Event* create = CreateOf(index, number);
  if (create == nullptr) return 0;
  const std::optional<EventNumber> levels = index.AuthOf(number, kRoomPowerLevels, "");
  return PowerLevels(*create, levels ? index.Find(*levels) : nullptr).UserLevel(index.Find(number)->sender());
}

// What is sorted by: the smaller comes first.
struct Rank {
  int64_t sender_level;
  int64_t origin_server_ts;
  std::string_view event_id;
  EventNumber number;

  friend bool operator>(const Rank& a, const Rank& b) {
    return std::tie(b.sender_level, a.origin_server_ts, a.event_id) >
           std::tie(a.sender_level, b.origin_server_ts, b.event_id);
  }
};

Rank RankOf(EventIndex& index, EventNumber number) {
  const Event& event = *index.Find(number);
  return {SenderLevel(index, number), event.origin_server_ts(), event.event_id(), number};
}

// Kahn's algorithm over `events`, of which those in `wanted` are answered. The others only carry what comes before
// what: they are done with as soon as they can be, so that at each step all candidates among the wanted are known.
std::vector<EventNumber> SortByAuthEvents(EventIndex& index, const std::vector<EventNumber>& events,
                                          const EventSet& wanted) {
  const Citations citations(index, events);
  std::vector<EventNumber> sorted;
  std::vector<EventNumber> unwanted;
  std::priority_queue<Rank, std::vector<Rank>, std::greater<Rank>> candidates;
  auto admit = [&](EventNumber number) {
    if (wanted.Has(number)) {
      candidates.push(RankOf(index, number));
    } else {
      unwanted.push_back(number);
    }
  };
  absl::flat_hash_map<EventNumber, size_t> waiting;  // for how many auth events
  for (EventNumber number : events) {
    const size_t cited = citations.CitedBy(number);
    if (cited == 0) {
      admit(number);
    } else {
      waiting[number] = cited;
    }
  }
  while (!unwanted.empty() || !candidates.empty()) {
    EventNumber next;
    if (!unwanted.empty()) {
      next = unwanted.back();
      unwanted.pop_back();
    } else {
      next = candidates.top().number;
      candidates.pop();
      sorted.push_back(next);
    }
    for (EventNumber citer : citations.Of(next)) {
      if (--waiting[citer] == 0) admit(citer);
    }
  }
  return sorted;
}

}  // namespace

bool IsPowerEvent(const Event& event) {
  if (!event.is_state()) return false;
  if (event.type() == kRoomPowerLevels || event.type() == kRoomJoinRules) return true;
  if (event.type() != kRoomMember || event.sender() == event.state_key()) return false;
  const Membership membership = MembershipOf(&event);
  return membership == Membership::kLeave || membership == Membership::kBan;
}

PickedEvents PickPowerEvents(EventIndex& index, const std::vector<EventNumber>& conflicted) {
  EventSet among;
  std::vector<EventNumber> power_events;
  for (EventNumber number : conflicted) {
    const Event* event = index.Find(number);
    if (event == nullptr) continue;
    among.Add(number);
    if (IsPowerEvent(*event)) power_events.push_back(number);
  }
  const std::vector<EventNumber> with_chains = WithAuthChains(index, power_events);
  PickedEvents picked;
  for (EventNumber number : with_chains) {
    if (among.Has(number)) picked.all.Add(number);
  }
  picked.sorted = SortByAuthEvents(index, with_chains, picked.all);
  return picked;
}

}  // namespace plexus::matrix
