#include <vector>

#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "common/matrix/event_types.h"
#include "services/room/handlers/checks.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/read_marker.h"

namespace plexus::room {
namespace {

// All of them, checked before the first is stored.
absl::StatusOr<std::vector<ReadMarker>> ParseMarkers(const v1::SetReadMarkersRequest& request) {
  PLEXUS_ASSIGN_OR_RETURN(json::Object body, json::ParseObjectOrEmpty(request.body_json()));
  std::vector<ReadMarker> markers;
  for (std::string_view type : {std::string_view("m.read"), std::string_view("m.read.private"), matrix::kFullyRead}) {
    PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> event_id, json::OptionalString(body, type));
    if (!event_id) continue;
    PLEXUS_RETURN_IF_ERROR(RequireEventId(*event_id));
    markers.push_back({request.room_id(), request.requester(), std::string(type), *event_id, ""});
  }
  return markers;
}

}  // namespace

PLEXUS_ROOM_HANDLER(SetReadMarkers) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::vector<ReadMarker> markers, ParseMarkers(request));
  for (const ReadMarker& marker : markers) PLEXUS_CO_RETURN_IF_ERROR(co_await SetReadMarker(tenant, context, marker));
  co_return WithBody<v1::SetReadMarkersResponse>("{}");
}

}  // namespace plexus::room
