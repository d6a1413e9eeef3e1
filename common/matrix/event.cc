#include "common/matrix/event.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/matrix/canonical_members.h"
#include "common/matrix/event_data.h"
#include "common/matrix/redaction.h"

namespace plexus::matrix {
namespace {

// Escapes and whitespace may make text larger than its canonical form, but nobody needs this much of them.
constexpr size_t kMaxPduTextBytes = 16 * kMaxPduBytes;

// About how many bytes a document holds for each byte of its text.
constexpr size_t kDocumentFactor = 4;

bool Everything(std::string_view) { return true; }

// Where events may have floats, they are hashed as they were written.
json::ParseLimits LimitsOf(const RoomVersion& version) { return {.exact_doubles = !version.strict_json}; }

// `pdu` in memory that it keeps alive by itself.
json::Object OwningItsMemory(json::Object pdu) {
  const json::Storage heap;
  if (pdu.storage().is_shared() || pdu.storage().get() == heap.get()) return pdu;
  return json::Object(std::move(pdu), heap);
}

}  // namespace

Event::Event(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

absl::StatusOr<Event> Event::Parse(std::string_view text, const RoomVersion& version) {
  if (text.size() > kMaxPduTextBytes) return errors::TooLarge("The event is larger than 65,536 bytes");
  PLEXUS_ASSIGN_OR_RETURN(json::Object pdu, json::ParseObject(text, LimitsOf(version), json::GrowOnlyStorage()));
  return Parse(std::move(pdu), version);
}

absl::StatusOr<Event> Event::Parse(json::Object received, const RoomVersion& version) {
  json::Object pdu = OwningItsMemory(std::move(received));
  PLEXUS_ASSIGN_OR_RETURN(CanonicalMembers members, CanonicalMembers::Of(pdu, FloatsOf(version)));
  PLEXUS_ASSIGN_OR_RETURN(std::string essential, EventAssembly::EssentialText(pdu, members, version));
  PLEXUS_ASSIGN_OR_RETURN(std::string event_id, EventAssembly::EventId(pdu, essential, version));
  return EventAssembly::Finish(std::move(pdu), members.Join(Everything), std::move(event_id), version);
}

absl::StatusOr<Event> Event::FromStored(std::string canonical_text, std::string event_id, const RoomVersion& version) {
  absl::StatusOr<json::Object> pdu = json::ParseObject(canonical_text, LimitsOf(version), json::GrowOnlyStorage());
  if (!pdu.ok()) return absl::InternalError(absl::StrCat("stored event ", event_id, ": ", pdu.status().message()));
  absl::StatusOr<Event> event = EventAssembly::Finish(*std::move(pdu), std::move(canonical_text), event_id, version);
  if (!event.ok()) return absl::InternalError(absl::StrCat("stored event ", event_id, ": ", event.status().message()));
  return event;
}

const RoomVersion& Event::version() const { return *data_->version; }
std::string_view Event::event_id() const { return data_->event_id; }
std::string_view Event::room_id() const { return data_->room_id; }
std::string_view Event::type() const { return data_->type; }
std::string_view Event::sender() const { return data_->sender; }
std::optional<std::string_view> Event::state_key() const { return data_->state_key; }
const json::Object& Event::content() const { return *data_->content; }
int64_t Event::depth() const { return data_->depth; }
int64_t Event::origin_server_ts() const { return data_->origin_server_ts; }
const std::vector<std::string_view>& Event::prev_events() const { return data_->prev_events; }
const std::vector<std::string_view>& Event::auth_events() const { return data_->auth_events; }
std::optional<std::string_view> Event::redacts() const { return data_->redacts; }
const json::Object* Event::unsigned_data() const { return data_->unsigned_data; }
const json::Object& Event::hashes() const { return *data_->hashes; }
const json::Object& Event::signatures() const { return *data_->signatures; }
const json::Object& Event::json() const { return data_->json; }
std::string_view Event::json_text() const { return data_->text; }

bool Event::IsState(std::string_view type, std::string_view key) const {
  return data_->type == type && data_->state_key == key;
}

size_t Event::memory_bytes() const { return sizeof(Data) + (1 + kDocumentFactor) * data_->text.size(); }

Event Event::Redacted() const {
  json::Object redacted = Redact(data_->json, *data_->version);
  // Less of something canonical and well-formed is that too, so neither step can fail.
  std::string text = json::Canonical(redacted, FloatsOf(*data_->version)).value();
  return EventAssembly::Finish(std::move(redacted), std::move(text), data_->event_id, *data_->version).value();
}

absl::StatusOr<Event> Event::WithSignatures(const json::Object& signatures) const {
  json::Object pdu(data_->json, json::Storage());
  json::Object& all = pdu["signatures"].get_object();
  for (const auto& server : signatures) {
    if (!server.value().is_object()) return errors::BadJson("An event needs valid 'signatures'");
    json::Value& known = all[server.key()];
    if (!known.is_object()) known.emplace_object();
    for (const auto& signature : server.value().get_object()) known.get_object()[signature.key()] = signature.value();
  }
  PLEXUS_ASSIGN_OR_RETURN(std::string text, json::Canonical(pdu, FloatsOf(*data_->version)));
  return EventAssembly::Finish(std::move(pdu), std::move(text), data_->event_id, *data_->version);
}

absl::StatusOr<Event> Event::WithUnsigned(const json::Object& unsigned_data) const {
  json::Object pdu(data_->json, json::Storage());
  pdu["unsigned"] = unsigned_data;
  PLEXUS_ASSIGN_OR_RETURN(std::string text, json::Canonical(pdu, FloatsOf(*data_->version)));
  return EventAssembly::Finish(std::move(pdu), std::move(text), data_->event_id, *data_->version);
}

}  // namespace plexus::matrix
