// Pages of rooms' timelines. Outliers, rejected and soft-failed events never appear.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"
#include "common/storage/readers/stored_event.h"

namespace plexus::storage {

// Positions (after, upto] of the log of the room's shard.
struct TimelineRange {
  int64_t room_nid = 0;
  int64_t after = 0;
  int64_t upto = std::numeric_limits<int64_t>::max();
  int64_t limit = 10;
};

// The newest `limit` events of each range, in one statement: by room in the order of `ranges`, newest first. Ask for
// one more than wanted to know whether the range is longer.
absl::StatusOr<std::vector<StoredEvent>> NewestInRanges(Source source, std::span<const TimelineRange> ranges);

// A place between two events in topological order. An event stands at (depth, nid).
struct TopologicalPlace {
  int64_t depth = 0;
  int64_t nid = 0;
  friend auto operator<=>(const TopologicalPlace&, const TopologicalPlace&) = default;
  static constexpr TopologicalPlace Start() { return {-1, 0}; }
  static constexpr TopologicalPlace End() {
    return {std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::max()};
  }
};

// Events of the room that stand strictly before `place`, nearest (latest) first.
absl::StatusOr<std::vector<StoredEvent>> EventsBefore(Source source, int64_t room_nid, TopologicalPlace place,
                                                      int64_t limit);
// Events strictly after `place`, nearest (earliest) first.
absl::StatusOr<std::vector<StoredEvent>> EventsAfter(Source source, int64_t room_nid, TopologicalPlace place,
                                                     int64_t limit);

// The place just after everything in the room that had a position <= `position` (of the room's shard): where a sync
// token stands in topological order. Start() if there is nothing.
absl::StatusOr<TopologicalPlace> PlaceOfPosition(Source source, int64_t room_nid, int64_t position);

}  // namespace plexus::storage
