// The hot path: PUT /rooms/{room}/send, /state, /redact, and the memberships that the room role sets.
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "common/matrix/event_types.h"
#include "services/event_persister/domain/content_rules.h"
#include "services/event_persister/handlers/handlers.h"
#include "services/event_persister/handlers/room_access.h"
#include "services/event_persister/handlers/send_once.h"

namespace plexus::event_persister {
namespace {

absl::StatusOr<EventDraft> ParseDraft(const v1::SendEventRequest& request, int64_t now) {
  EventDraft draft;
  draft.type = request.type();
  if (request.has_state_key()) draft.state_key = request.state_key();
  draft.sender = request.requester().user_id();
  PLEXUS_ASSIGN_OR_RETURN(draft.content, json::ParseObject(request.body_json()));
  PLEXUS_RETURN_IF_ERROR(CheckContent(draft.type, draft.state_key, draft.content));
  draft.origin_server_ts = request.origin_server_ts() != 0 ? request.origin_server_ts() : now;
  if (!request.txn_id().empty()) {
    draft.transaction = {draft.sender, request.requester().device_id(), request.txn_id()};
  }
  return draft;
}

// The event that a redaction names, in the request or in its content; empty if it is none.
std::string RedactedId(const v1::SendEventRequest& request, const EventDraft& draft) {
  if (draft.type != matrix::kRoomRedaction || draft.state_key) return "";
  if (!request.redacts().empty()) return request.redacts();
  return std::string(json::GetString(draft.content, "redacts").value_or(""));
}

absl::StatusOr<RedactionTarget> MakeTarget(storage::StoredEvent stored, const HotRoom& room) {
  PLEXUS_ASSIGN_OR_RETURN(matrix::Event event,
                          matrix::Event::FromStored(std::move(stored.json), stored.event_id, room.version()));
  const matrix::Event redacted = event.Redacted();
  return RedactionTarget{stored.nid,  stored.event_id, stored.sender, std::string(redacted.json_text()),
                         stored.type, stored.state_key};
}

// Client-Server API, "Account suspension": suspended users may still leave and take back what they wrote.
absl::Status CheckSuspension(const common::v1::Requester& requester, const EventDraft& draft) {
  const bool leaves = draft.type == matrix::kRoomMember && draft.state_key == draft.sender &&
                      json::GetString(draft.content, "membership") == "leave";
  const bool redacts_own = draft.redacts && draft.redacts->sender == draft.sender;
  return leaves || redacts_own ? absl::OkStatus() : RequireNotSuspended(requester);
}

}  // namespace

Answer<v1::SendEventResponse> SendEvent(Call call, v1::SendEventRequest request) {
  PLEXUS_CO_ASSIGN_OR_RETURN(OpenRoom open, co_await EnterRoom(call, request.room_id()));
  PLEXUS_CO_ASSIGN_OR_RETURN(EventDraft draft, ParseDraft(request, call.tenant->clock().NowMillis()));
  if (std::string redacted = RedactedId(request, draft); !redacted.empty()) {
    PLEXUS_CO_ASSIGN_OR_RETURN(storage::StoredEvent stored, co_await FindEvent(open, std::move(redacted)));
    PLEXUS_CO_ASSIGN_OR_RETURN(draft.redacts, MakeTarget(std::move(stored), *open.room));
  }
  PLEXUS_CO_RETURN_IF_ERROR(CheckSuspension(request.requester(), draft));
  const bool skip_if_unchanged = request.skip_if_unchanged();
  PLEXUS_CO_ASSIGN_OR_RETURN(SentEvent sent, co_await SendOnce(open, std::move(draft), skip_if_unchanged));
  PLEXUS_CO_RETURN_IF_ERROR(call.tenant->CheckOwned(open.shard()));
  v1::SendEventResponse response;
  response.set_event_id(sent.event_id);
  response.set_position(sent.position);
  co_return response;
}

}  // namespace plexus::event_persister
