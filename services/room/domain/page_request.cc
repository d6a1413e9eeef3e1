#include "services/room/domain/page_request.h"

#include <algorithm>

#include "common/base/status_macros.h"
#include "common/json/parse.h"

namespace plexus::room {

absl::StatusOr<matrix::RoomEventFilter> ParsePageFilter(const std::string& text) {
  PLEXUS_ASSIGN_OR_RETURN(json::Object filter, json::ParseObjectOrEmpty(text));
  return matrix::ParseRoomEventFilter(filter);
}

size_t PageLimit(int64_t limit, const matrix::RoomEventFilter& filter) {
  if (limit < 0) limit = filter.limit.value_or(static_cast<int64_t>(kDefaultPageEvents));
  return std::min(static_cast<size_t>(limit), kMaxPageEvents);
}

}  // namespace plexus::room
