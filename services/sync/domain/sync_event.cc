#include "services/sync/domain/sync_event.h"

#include "absl/strings/str_cat.h"
#include "services/sync/domain/pdu_text.h"

namespace plexus::sync {
namespace {

// Of the `unsigned` that another server sent, what clients need; all else could pretend to come from us.
std::string PassedOn(std::string_view pdu) {
  std::string out;
  ForEachMember(FindMember(pdu, "unsigned"), [&](std::string_view key, std::string_view value) {
    if (key != "invite_room_state" && key != "knock_room_state") return;
    absl::StrAppend(&out, out.empty() ? "" : ",", "\"", key, "\":", value);
  });
  return out;
}

}  // namespace

size_t SyncEvent::bytes() const {
  return sizeof(SyncEvent) + event_id.size() + type.size() + sender.size() + text.size() + pdu.size() +
         passed_on.size() + prev_content.size() + redacted_because.size();
}

matrix::Membership MembershipIn(std::string_view pdu) {
  const std::string_view quoted = FindMember(FindMember(pdu, "content"), "membership");
  if (quoted.size() < 2 || quoted.front() != '"') return matrix::Membership::kLeave;
  return matrix::ParseMembership(quoted.substr(1, quoted.size() - 2)).value_or(matrix::Membership::kLeave);
}

SyncEventPtr FromStored(const storage::StoredEvent& stored, const std::string& device_id) {
  auto event = std::make_shared<SyncEvent>();
  event->nid = stored.nid;
  event->depth = stored.depth;
  event->position = stored.position;
  event->origin_server_ts = stored.origin_server_ts;
  event->event_id = stored.event_id;
  event->type = stored.type;
  event->state_key = stored.state_key;
  event->sender = stored.sender;
  event->text = ClientText(stored.json, stored.event_id);
  event->pdu = stored.json;
  if (event->IsMember()) event->passed_on = PassedOn(stored.json);
  event->replaces_state = stored.extra.replaced_id;
  if (!stored.extra.replaced_json.empty()) event->prev_content = FindMember(stored.extra.replaced_json, "content");
  if (!stored.extra.redaction_id.empty()) {
    event->redacted_because = ClientText(stored.extra.redaction_json, stored.extra.redaction_id) + "}";
  }
  if (!stored.extra.transaction_id.empty()) event->sender_device = device_id;
  event->transaction_id = stored.extra.transaction_id;
  return event;
}

SyncEventPtr FromLog(const common::v1::EventEntry& entry, int64_t position) {
  auto event = std::make_shared<SyncEvent>();
  event->nid = entry.event_nid();
  event->depth = entry.depth();
  event->position = position;
  event->origin_server_ts = entry.origin_server_ts();
  event->event_id = entry.event_id();
  event->type = entry.type();
  if (entry.has_state_key()) event->state_key = entry.state_key();
  event->sender = entry.sender();
  event->text = ClientText(entry.event_json(), entry.event_id());
  event->pdu = entry.event_json();
  if (event->IsMember()) event->passed_on = PassedOn(entry.event_json());
  event->replaces_state = entry.replaces_event_id();
  if (!event->replaces_state.empty()) event->prev_content = entry.prev_content_json();
  event->sender_device = entry.sender_device_id();
  event->transaction_id = entry.transaction_id();
  return event;
}

}  // namespace plexus::sync
