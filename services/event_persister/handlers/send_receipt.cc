#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/matrix/ids.h"
#include "services/event_persister/handlers/handlers.h"
#include "services/event_persister/handlers/room_access.h"

namespace plexus::event_persister {
namespace {

constexpr std::string_view kRead = "m.read";
constexpr std::string_view kReadPrivate = "m.read.private";

absl::Status CheckRequest(const v1::SendReceiptRequest& request) {
  if (request.receipt_type() != kRead && request.receipt_type() != kReadPrivate) {
    return errors::InvalidParam("The receipt type must be m.read or m.read.private.");
  }
  if (request.thread_id().size() > matrix::kMaxIdBytes) return errors::InvalidParam("`thread_id` is too long.");
  return absl::OkStatus();
}

std::string ReceiptKey(const v1::SendReceiptRequest& request) {
  const std::string_view nul("\0", 1);
  return absl::StrCat(request.requester().user_id(), nul, request.receipt_type(), nul, request.thread_id());
}

Task<absl::StatusOr<int64_t>> EventNid(OpenRoom open, std::string event_id) {
  if (const int64_t* known = open.room->recent_events.Find(event_id)) co_return *known;
  PLEXUS_CO_ASSIGN_OR_RETURN(storage::StoredEvent event, co_await FindEvent(open, std::move(event_id)));
  co_return event.nid;
}

}  // namespace

Answer<v1::SendReceiptResponse> SendReceipt(Call call, v1::SendReceiptRequest request) {
  PLEXUS_CO_RETURN_IF_ERROR(CheckRequest(request));
  PLEXUS_CO_ASSIGN_OR_RETURN(OpenRoom open, co_await EnterRoom(call, request.room_id()));
  PLEXUS_CO_RETURN_IF_ERROR(RequireJoined(*open.room, request.requester().user_id()));
  const std::string key = ReceiptKey(request);
  const std::string* last = open.room->receipts.Find(key);
  if (last == nullptr || *last != request.event_id()) {
    PLEXUS_CO_ASSIGN_OR_RETURN(const int64_t event_nid, co_await EventNid(open, request.event_id()));
    auto unit = std::make_shared<WriteUnit>();
    unit->receipt = ReceiptRow{
        request.requester().user_id(),   request.receipt_type(), request.thread_id(), request.event_id(), event_nid,
        call.tenant->clock().NowMillis()};
    PLEXUS_CO_RETURN_IF_ERROR(co_await SubmitAndWait(open, std::move(unit)));
    open.room->receipts.Put(key, request.event_id());
  }
  PLEXUS_CO_RETURN_IF_ERROR(call.tenant->CheckOwned(open.shard()));
  co_return v1::SendReceiptResponse();
}

}  // namespace plexus::event_persister
