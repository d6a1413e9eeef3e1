#include "common/base/status_macros.h"
#include "common/json/parse.h"
#include "services/room/domain/thread_id.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/read_marker.h"

namespace plexus::room {

PLEXUS_ROOM_HANDLER(PostReceipt) {
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObjectOrEmpty(request.body_json()));
  ReadMarker marker;
  PLEXUS_CO_ASSIGN_OR_RETURN(marker.thread_id, ThreadIdOf(body, request.receipt_type()));
  marker.room_id = request.room_id();
  marker.requester = request.requester();
  marker.type = request.receipt_type();
  marker.event_id = request.event_id();
  PLEXUS_CO_RETURN_IF_ERROR(co_await SetReadMarker(tenant, context, std::move(marker)));
  co_return WithBody<v1::PostReceiptResponse>("{}");
}

}  // namespace plexus::room
