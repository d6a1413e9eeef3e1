// The parameters that pages of events have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/matrix/event_filter.h"

namespace plexus::room {

inline constexpr size_t kDefaultPageEvents = 10;
inline constexpr size_t kMaxPageEvents = 1000;

// The `filter` parameter, JSON; empty text allows everything. 400 M_NOT_JSON, M_BAD_JSON, M_INVALID_PARAM.
absl::StatusOr<matrix::RoomEventFilter> ParsePageFilter(const std::string& text);

// How many events a page has: `limit` (negative: not given) or the filter's, at most kMaxPageEvents.
size_t PageLimit(int64_t limit, const matrix::RoomEventFilter& filter);

}  // namespace plexus::room
