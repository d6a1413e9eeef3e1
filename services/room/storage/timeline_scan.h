// Pages of a room's timeline as one user sees it, filtered.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/matrix/event_filter.h"
#include "common/matrix/stream_token.h"
#include "common/storage/readers/source.h"
#include "services/room/storage/room_view.h"
#include "services/room/storage/visible_events.h"

namespace plexus::room {

enum class Direction { kBackward, kForward };

// Places between events. Event numbers of one room are far more than one apart, so there is one on either side of each.
matrix::TopologicalToken PlaceBefore(const storage::StoredEvent& event);
matrix::TopologicalToken PlaceAfter(const storage::StoredEvent& event);
// Before and after everything.
matrix::TopologicalToken FirstPlace();
matrix::TopologicalToken LastPlace();
// The place just after the newest event of the room; FirstPlace() of an empty one. One statement.
absl::StatusOr<matrix::TopologicalToken> NewestPlace(storage::Source source, int64_t room_nid);

// The place that a client's token means: of /messages, or of /sync. Errors: 400 M_INVALID_PARAM. One statement at most.
absl::StatusOr<matrix::TopologicalToken> PlaceOfToken(storage::Source source, const storage::StoredRoom& room,
                                                      const std::string& token);

// How many statements' worth of events one scan looks through, and how many events in one.
inline constexpr int kMaxScanRounds = 8;
inline constexpr int64_t kMinScanBatch = 64;

struct ScanWish {
  Direction direction = Direction::kBackward;
  matrix::TopologicalToken from;
  std::optional<matrix::TopologicalToken> to;
  size_t limit = 10;
  matrix::RoomEventFilter filter;
};

struct ScannedPage {
  std::vector<SeenEvent> events;  // in the direction's order
  // Where to go on; absent if there is nothing further. May be set although `events` is short or empty: the scan is
  // bounded.
  std::optional<matrix::TopologicalToken> next;
};

// At most 2 * kMaxScanRounds statements. What a departed user may not see is not looked through.
absl::StatusOr<ScannedPage> ScanTimeline(storage::Source source, const RoomView& view, const std::string& user_id,
                                         const ScanWish& wish);

}  // namespace plexus::room
