#include "services/room/handlers/read_marker.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/matrix/event_types.h"
#include "common/rpc/call.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"
#include "services/room/handlers/checks.h"
#include "services/room/storage/find_event.h"

namespace plexus::room {
namespace {

absl::Status CheckMarker(storage::Source source, const ReadMarker& marker) {
  const std::string& user_id = marker.requester.user_id();
  PLEXUS_ASSIGN_OR_RETURN(RoomView view, LookAt(source, marker.room_id, user_id));
  if (view.standing != Standing::kJoined) return errors::Forbidden("You are not in the room.");
  return FindVisibleEvent(source, view, user_id, marker.event_id).status();
}

Task<absl::Status> SetFullyRead(const RoomTenant& tenant, rpc::Context context, ReadMarker marker) {
  auto check = [marker](storage::Session& session) { return CheckMarker(session, marker); };
  PLEXUS_CO_RETURN_IF_ERROR(co_await tenant.Run(std::move(check)));
  const json::Object content{{"event_id", marker.event_id}};
  account::v1::SetAccountDataRequest request;
  request.set_user_id(marker.requester.user_id());
  *request.mutable_requester() = marker.requester;
  request.set_room_id(marker.room_id);
  request.set_type(std::string(matrix::kFullyRead));
  request.set_body_json(json::Serialize(content));
  request.set_server_managed(true);
  auto stored = co_await rpc::Call(*tenant.env.rpc, std::move(context), account::v1::AccountService::SetAccountData,
                                   std::move(request));
  co_return stored.status();
}

Task<absl::Status> SendReceipt(const RoomTenant& tenant, rpc::Context context, ReadMarker marker) {
  event_persister::v1::SendReceiptRequest request;
  request.set_room_id(marker.room_id);
  *request.mutable_requester() = marker.requester;
  request.set_receipt_type(marker.type);
  request.set_event_id(marker.event_id);
  request.set_thread_id(marker.thread_id);
  auto stored = co_await rpc::Call(*tenant.env.rpc, std::move(context),
                                   event_persister::v1::EventPersisterService::SendReceipt, std::move(request));
  co_return stored.status();
}

}  // namespace

Task<absl::Status> SetReadMarker(const RoomTenant& tenant, rpc::Context context, ReadMarker marker) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireRoomId(marker.room_id));
  PLEXUS_CO_RETURN_IF_ERROR(RequireEventId(marker.event_id));
  if (marker.type == matrix::kFullyRead) co_return co_await SetFullyRead(tenant, std::move(context), std::move(marker));
  if (marker.type != "m.read" && marker.type != "m.read.private") {
    co_return errors::InvalidParam("The receipt type must be m.read, m.read.private or m.fully_read.");
  }
  co_return co_await SendReceipt(tenant, std::move(context), std::move(marker));
}

}  // namespace plexus::room
