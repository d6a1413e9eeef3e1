// The events that a resolution looks at, each fetched once and numbered. Private to common/matrix.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/matrix/state_res.h"

namespace plexus::matrix {

using EventNumber = uint32_t;

// A set of numbers.
class EventSet {
 public:
  // Whether it was not in there.
  bool Add(EventNumber number) {
    if (number >= bits_.size()) bits_.resize(2 * size_t{number} + 64);
    const bool added = !bits_[number];
    bits_[number] = true;
    return added;
  }
  bool Has(EventNumber number) const { return number < bits_.size() && bits_[number]; }

 private:
  std::vector<bool> bits_;
};

// Uses what it was made with for as long as it lives.
class EventIndex {
 public:
  EventIndex(const FetchEvent& fetch, const ResolutionLimits& limits) : fetch_(fetch), limits_(limits) {}

  // The number of that event, which is not fetched yet. What `id` points to must outlive the index, where it is.
  EventNumber NumberOf(std::string_view id);

  // The event; null if it is not known.
  const Event* Find(EventNumber number) { return Fetched(number).known.event; }
  bool Rejected(EventNumber number) { return Fetched(number).known.rejected; }
  // Its auth events. None if it is not known, or once a limit is passed. Valid as long as the index.
  absl::Span<const EventNumber> AuthOf(EventNumber number);
  // The state event of that key among its auth events that are known; null if there is none.
  std::optional<EventNumber> AuthOf(EventNumber number, std::string_view type, std::string_view state_key);

  // The create event that the event's room id names (room version 12); null if it is not known, was rejected or is
  // none.
  const Event* CreateEvent(const Event& event);

  // ResourceExhausted once a limit is passed: what was found out since is worth nothing.
  absl::Status status() const;
  // The ids of events that were looked for and are not known, sorted.
  std::vector<std::string> Missing() const;

 private:
  struct Node {
    std::string_view id;
    bool fetched = false;
    CitedEvent known{nullptr, false};
    std::optional<absl::InlinedVector<EventNumber, 6>> auth = std::nullopt;
  };
  Node& Fetched(EventNumber number);
  bool OverLimit() const { return nodes_.size() > limits_.max_events || steps_ > limits_.max_steps; }

  const FetchEvent& fetch_;
  const ResolutionLimits& limits_;
  absl::flat_hash_map<std::string_view, EventNumber> numbers_;
  std::deque<Node> nodes_;  // does not move what it holds
  std::deque<std::string> create_ids_;
  size_t steps_ = 0;
};

}  // namespace plexus::matrix
