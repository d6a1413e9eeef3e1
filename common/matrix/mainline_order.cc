#include "common/matrix/mainline_order.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <tuple>

#include "common/matrix/event_types.h"

namespace plexus::matrix {
namespace {

// Larger than the position of any event on the mainline.
constexpr size_t kNowhere = std::numeric_limits<size_t>::max();

// Where power levels events lie: how far down the mainline is the first one of it that they descend from. Each is asked
// for its own power levels once, so that long chains are walked once, and chains that run in circles end.
class Mainline {
 public:
  Mainline(EventIndex& index, std::optional<EventNumber> levels) : index_(index) {
    for (size_t position = 0; levels && positions_.try_emplace(*levels, position).second; ++position) {
      levels = Parent(*levels);
    }
  }

  // The mainline position of an event.
  size_t PositionOf(EventNumber number) {
    std::vector<EventNumber> passed;
    size_t position = kNowhere;
    for (std::optional<EventNumber> at = Parent(number); at; at = Parent(*at)) {
      // Nowhere until it is known better: which is right if this chain comes back to it.
      auto [known, added] = positions_.try_emplace(*at, kNowhere);
      if (!added) {
        position = known->second;
        break;
      }
      passed.push_back(*at);
    }
    for (EventNumber one : passed) positions_[one] = position;
    return position;
  }

 private:
  std::optional<EventNumber> Parent(EventNumber number) { return index_.AuthOf(number, kRoomPowerLevels, ""); }

  EventIndex& index_;
  absl::flat_hash_map<EventNumber, size_t> positions_;
};

// What is sorted by: the smaller comes first.
struct Place {
  size_t position;
  int64_t origin_server_ts;
  std::string_view event_id;
  EventNumber number;

  friend bool operator<(const Place& a, const Place& b) {
    return std::tie(b.position, a.origin_server_ts, a.event_id) < std::tie(a.position, b.origin_server_ts, b.event_id);
  }
};

}  // namespace

std::vector<EventNumber> MainlineOrder(EventIndex& index, std::optional<EventNumber> levels,
                                       const std::vector<EventNumber>& events) {
  Mainline mainline(index, levels);
  std::vector<Place> places;
  places.reserve(events.size());
  for (EventNumber number : events) {
    const Event* event = index.Find(number);
    if (event == nullptr) continue;
    places.push_back({mainline.PositionOf(number), event->origin_server_ts(), event->event_id(), number});
  }
  std::sort(places.begin(), places.end());
  std::vector<EventNumber> sorted;
  sorted.reserve(places.size());
  for (const Place& place : places) sorted.push_back(place.number);
  return sorted;
}

}  // namespace plexus::matrix
