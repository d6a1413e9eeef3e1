#include <algorithm>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "services/event_persister/handlers/handlers.h"
#include "services/event_persister/handlers/room_access.h"

namespace plexus::event_persister {
namespace {

constexpr int64_t kDefaultTimeoutMs = 30'000;
constexpr int64_t kMaxTimeoutMs = 120'000;

}  // namespace

Answer<v1::SetTypingResponse> SetTyping(Call call, v1::SetTypingRequest request) {
  if (request.user_id() != request.requester().user_id()) {
    co_return errors::Forbidden("You can only set your own typing state.");
  }
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObject(request.body_json()));
  PLEXUS_CO_ASSIGN_OR_RETURN(const bool typing, json::RequireBool(body, "typing"));
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<int64_t> timeout, json::OptionalInt(body, "timeout"));
  PLEXUS_CO_ASSIGN_OR_RETURN(OpenRoom open, co_await EnterRoom(call, request.room_id()));
  PLEXUS_CO_RETURN_IF_ERROR(RequireJoined(*open.room, request.user_id()));
  PLEXUS_CO_RETURN_IF_ERROR(call.tenant->CheckOwned(open.shard()));
  if (typing) {
    const int64_t bounded = std::clamp<int64_t>(timeout.value_or(kDefaultTimeoutMs), 0, kMaxTimeoutMs);
    open.seat.typing->Start(request.room_id(), request.user_id(), absl::Milliseconds(bounded));
  } else {
    open.seat.typing->Stop(request.room_id(), request.user_id());
  }
  co_return v1::SetTypingResponse();
}

}  // namespace plexus::event_persister
