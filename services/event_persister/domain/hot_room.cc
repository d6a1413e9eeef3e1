#include "services/event_persister/domain/hot_room.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/matrix/auth_events.h"
#include "common/matrix/event_auth.h"
#include "common/matrix/event_builder.h"
#include "common/matrix/event_types.h"
#include "common/matrix/power_levels.h"

namespace plexus::event_persister {

std::string TransactionKey(const Transaction& transaction, std::string_view type) {
  const std::string_view nul("\0", 1);
  return absl::StrCat(transaction.user_id, nul, transaction.device_id, nul, type, nul, transaction.txn_id);
}

HotRoom::HotRoom(LoadedRoom loaded)
    : nid_(loaded.nid),
      room_id_(std::move(loaded.room_id)),
      version_(loaded.version),
      state_(std::move(loaded.state)),
      extremities_(std::move(loaded.extremities)),
      state_chain_(loaded.state_chain),
      state_seq_(loaded.state_seq) {
  for (const auto& stored : loaded.transactions) {
    transactions.Put(TransactionKey(stored.transaction, stored.type), {stored.event_id, {}});
  }
  for (const Extremity& event : loaded.recent_events) recent_events.Put(event.event_id, event.nid);
}

std::vector<StateEventPtr> HotRoom::AuthEvents(const EventDraft& draft) const {
  std::optional<std::string_view> state_key;
  if (draft.state_key) state_key = *draft.state_key;
  std::vector<StateEventPtr> events;
  for (const matrix::StateKey& key :
       matrix::AuthEventKeys(*version_, draft.type, state_key, draft.sender, draft.content)) {
    if (StateEventPtr event = state_.Find(key.type, key.state_key)) events.push_back(std::move(event));
  }
  return events;
}

absl::StatusOr<matrix::Event> HotRoom::Build(const EventDraft& draft, const Author& author,
                                             const std::vector<StateEventPtr>& auth) const {
  matrix::EventTemplate wanted;
  wanted.room_id = room_id_;
  wanted.type = draft.type;
  wanted.state_key = draft.state_key;
  wanted.sender = draft.sender;
  wanted.content = draft.content;
  if (draft.redacts) wanted.redacts = draft.redacts->event_id;
  matrix::EventPosition position;
  const size_t parents = std::min(extremities_.size(), matrix::kMaxPrevEvents);
  for (auto it = extremities_.end() - static_cast<std::ptrdiff_t>(parents); it != extremities_.end(); ++it) {
    position.prev_events.push_back(it->event_id);
    position.depth = std::max(position.depth, it->depth + 1);
  }
  for (const StateEventPtr& event : auth) position.auth_events.push_back(event->event_id());
  position.origin_server_ts = draft.origin_server_ts;
  return matrix::BuildEvent(*version_, std::move(wanted), position, author.server_name, *author.key);
}

absl::Status HotRoom::Authorise(const matrix::Event& event, const EventDraft& draft, const Author& author) const {
  auto state = [this](std::string_view type, std::string_view key) { return state_.Event(type, key); };
  // We are about to sign it ourselves.
  auto is_signed_by = [&author](const matrix::Event&, std::string_view server) { return server == author.server_name; };
  PLEXUS_RETURN_IF_ERROR(matrix::CheckAuth(*version_, event, state, is_signed_by));
  if (!draft.redacts || draft.redacts->sender == draft.sender) return absl::OkStatus();
  // Client-Server API, "Redactions": others' events need the redact level, whatever their server.
  const matrix::Event* create = state_.Event(matrix::kRoomCreate, "");
  if (create == nullptr) return errors::Forbidden("The room has no create event.");
  const matrix::PowerLevels levels(*create, state_.Event(matrix::kRoomPowerLevels, ""));
  if (levels.UserLevel(draft.sender) >= levels.redact()) return absl::OkStatus();
  return errors::Forbidden("You don't have permission to redact this event.");
}

absl::StatusOr<EventRow> HotRoom::Append(const EventDraft& draft, const Author& author, DealNid deal_nid, Undo& undo) {
  const std::vector<StateEventPtr> auth = AuthEvents(draft);
  PLEXUS_ASSIGN_OR_RETURN(matrix::Event event, Build(draft, author, auth));
  PLEXUS_RETURN_IF_ERROR(Authorise(event, draft, author));
  EventRow row = MakeRow(event, deal_nid);
  for (const StateEventPtr& cited : auth) row.auth.push_back(cited->nid());
  row.transaction = draft.transaction;
  Apply(event, row, deal_nid, undo);
  if (draft.redacts) ApplyRedaction(*draft.redacts, row, undo);
  return row;
}

absl::Status HotRoom::Check(const EventDraft& draft, const Author& author) const {
  PLEXUS_ASSIGN_OR_RETURN(matrix::Event event, Build(draft, author, AuthEvents(draft)));
  return Authorise(event, draft, author);
}

absl::StatusOr<EventRow> HotRoom::AppendCreate(const matrix::Event& create, DealNid deal_nid, Undo& undo) {
  auto nothing = [](std::string_view, std::string_view) -> const matrix::Event* { return nullptr; };
  auto unsigned_by = [](const matrix::Event&, std::string_view) { return false; };
  PLEXUS_RETURN_IF_ERROR(matrix::CheckAuth(*version_, create, nothing, unsigned_by));
  EventRow row = MakeRow(create, deal_nid);
  Apply(create, row, deal_nid, undo);
  return row;
}

EventRow HotRoom::MakeRow(const matrix::Event& event, DealNid deal_nid) {
  EventRow row;
  row.nid = deal_nid();
  row.event_id = event.event_id();
  row.json = event.json_text();
  row.type = event.type();
  if (event.is_state()) row.state_key = std::string(*event.state_key());
  row.sender = event.sender();
  row.depth = event.depth();
  row.origin_server_ts = event.origin_server_ts();
  row.state_chain = state_chain_;
  row.state_seq = state_seq_;
  return row;
}

// The extremities that the event names are replaced by it, and its state key by it.
void HotRoom::Apply(const matrix::Event& event, EventRow& row, DealNid deal_nid, Undo& undo) {
  const size_t parents = std::min(extremities_.size(), matrix::kMaxPrevEvents);
  const auto first = extremities_.end() - static_cast<std::ptrdiff_t>(parents);
  for (auto it = first; it != extremities_.end(); ++it) row.parents.push_back(it->nid);
  extremities_.erase(first, extremities_.end());
  extremities_.push_back({row.nid, row.event_id, row.depth});
  if (!row.state_key) return;
  row.state_seq = ++state_seq_;
  row.key_nid = deal_nid();
  if (const StateEventPtr replaced = state_.Find(row.type, *row.state_key)) {
    row.replaces_nid = replaced->nid();
    row.replaces_event_id = replaced->event_id();
    if (const matrix::Event* before = replaced->event()) row.prev_content_json = json::Serialize(before->content());
  }
  if (row.type == matrix::kRoomMember) {
    row.membership = matrix::ToString(matrix::MembershipOf(&event));
    const auto before = state_.FindMembership(*row.state_key);
    if (before) row.previous_membership = matrix::ToString(*before);
  }
  auto stored = std::make_shared<const StateEvent>(row.nid, row.event_id, row.json, *version_);
  PutState(row.type, *row.state_key, std::move(stored), undo);
}

void HotRoom::ApplyRedaction(const RedactionTarget& target, EventRow& row, Undo& undo) {
  row.redacts_nid = target.nid;
  row.redacts_event_id = target.event_id;
  row.redacted_json = target.redacted_json;
  if (!target.state_key) return;
  const StateEventPtr current = state_.Find(target.type, *target.state_key);
  if (current == nullptr || current->nid() != target.nid) return;
  auto redacted = std::make_shared<const StateEvent>(target.nid, target.event_id, target.redacted_json, *version_);
  PutState(target.type, *target.state_key, std::move(redacted), undo);
}

void HotRoom::PutState(std::string_view type, std::string_view state_key, StateEventPtr event, Undo& undo) {
  StateEventPtr before = state_.Put(type, state_key, std::move(event));
  undo.slots.push_back({std::string(type), std::string(state_key), std::move(before)});
}

void HotRoom::TakeBack(const Undo& undo) {
  for (auto slot = undo.slots.rbegin(); slot != undo.slots.rend(); ++slot) {
    state_.Put(slot->type, slot->state_key, slot->event);
  }
  extremities_ = undo.extremities;
  state_seq_ = undo.state_seq;
}

StateEventPtr HotRoom::FindRepeated(const EventDraft& draft, bool any_sender) const {
  if (!draft.state_key) return nullptr;
  StateEventPtr current = state_.Find(draft.type, *draft.state_key);
  const matrix::Event* event = current == nullptr ? nullptr : current->event();
  if (event == nullptr || (!any_sender && event->sender() != draft.sender)) return nullptr;
  return event->content() == draft.content ? current : nullptr;
}

size_t HotRoom::memory_bytes() const {
  constexpr size_t kRoomBytes = 4096;
  constexpr size_t kSmallEntryBytes = 200;
  return kRoomBytes + state_.memory_bytes() +
         kSmallEntryBytes * (transactions.size() + recent_events.size() + receipts.size());
}

}  // namespace plexus::event_persister
