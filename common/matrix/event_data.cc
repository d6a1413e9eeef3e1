#include "common/matrix/event_data.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/matrix/base64.h"
#include "common/matrix/canonical_members.h"
#include "common/matrix/event_hash.h"
#include "common/matrix/event_types.h"
#include "common/matrix/ids.h"
#include "common/matrix/redaction.h"

namespace plexus::matrix {
namespace {

absl::Status WrongMember(std::string_view key) {
  return errors::BadJson(absl::StrCat("An event needs a valid '", key, "'"));
}

absl::Status TakeString(const json::Object& pdu, std::string_view key, std::string_view& out) {
  std::optional<std::string_view> value = json::GetString(pdu, key);
  if (!value) return WrongMember(key);
  out = *value;
  return absl::OkStatus();
}

absl::Status TakeInt(const json::Object& pdu, std::string_view key, int64_t& out) {
  std::optional<int64_t> value = json::GetInt(pdu, key);
  if (!value) return WrongMember(key);
  out = *value;
  return absl::OkStatus();
}

absl::Status TakeObject(const json::Object& pdu, std::string_view key, const json::Object*& out) {
  out = json::GetObject(pdu, key);
  return out == nullptr ? WrongMember(key) : absl::OkStatus();
}

// The event that `reference` names: an id, or a pair of an id and the event's hashes. The hashes are redundant, nobody
// looks at them.
std::optional<std::string_view> ReferencedId(const json::Value& reference, const RoomVersion& version) {
  if (version.event_ids != EventIds::kChosen) return json::AsString(reference);
  const json::Array* pair = reference.if_array();
  if (pair == nullptr || pair->size() != 2 || !pair->at(1).is_object()) return std::nullopt;
  return json::AsString(pair->at(0));
}

absl::Status TakeEventIds(const json::Object& pdu, std::string_view key, const RoomVersion& version, size_t limit,
                          std::vector<std::string_view>& out) {
  const json::Array* references = json::GetArray(pdu, key);
  if (references == nullptr || references->size() > limit) return WrongMember(key);
  out.reserve(references->size());
  for (const json::Value& reference : *references) {
    std::optional<std::string_view> id = ReferencedId(reference, version);
    if (!id || !IsValidEventId(*id)) return WrongMember(key);
    out.push_back(*id);
  }
  return absl::OkStatus();
}

absl::Status TakeStateKey(const json::Object& pdu, std::optional<std::string_view>& out) {
  if (json::Find(pdu, "state_key") == nullptr) return absl::OkStatus();
  return TakeString(pdu, "state_key", out.emplace());
}

// In room version 12 a create event has no room id, and other events' come from it.
absl::Status TakeRoomId(const json::Object& pdu, const RoomVersion& version, std::string_view type,
                        std::string_view event_id, std::string& out) {
  if (version.room_id_is_create_event && type == kRoomCreate) {
    out = absl::StrCat("!", event_id.substr(1));
    return absl::OkStatus();
  }
  std::string_view room_id;
  PLEXUS_RETURN_IF_ERROR(TakeString(pdu, "room_id", room_id));
  if (!absl::StartsWith(room_id, "!")) return WrongMember("room_id");
  out = room_id;
  return absl::OkStatus();
}

std::optional<std::string_view> Redacts(const json::Object& pdu, const json::Object& content, std::string_view type,
                                        const RoomVersion& version) {
  if (type != kRoomRedaction) return std::nullopt;
  return json::GetString(version.redacts_in_content ? content : pdu, "redacts");
}

absl::Status CheckSizes(std::string_view text,
                        std::initializer_list<std::pair<std::string_view, std::string_view>> keys) {
  if (text.size() > kMaxPduBytes) return errors::TooLarge("The event is larger than 65,536 bytes");
  for (const auto& [name, value] : keys) {
    if (value.size() > kMaxPduKeyBytes) {
      return errors::TooLarge(absl::StrCat("The event's '", name, "' is longer than 255 bytes"));
    }
  }
  return absl::OkStatus();
}

// NOTSPEC: a NUL in a type or state key is allowed by the specification's letter, but nobody sends one and databases
// cannot hold it as text.
bool HasNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace

absl::StatusOr<Event> EventAssembly::Finish(json::Object pdu, std::string text, std::string event_id,
                                            const RoomVersion& version) {
  auto data = std::make_shared<Event::Data>(std::move(pdu));
  data->version = &version;
  data->text = std::move(text);
  data->event_id = std::move(event_id);
  const json::Object& json = data->json;
  PLEXUS_RETURN_IF_ERROR(TakeString(json, "type", data->type));
  PLEXUS_RETURN_IF_ERROR(TakeString(json, "sender", data->sender));
  PLEXUS_RETURN_IF_ERROR(TakeStateKey(json, data->state_key));
  PLEXUS_RETURN_IF_ERROR(TakeRoomId(json, version, data->type, data->event_id, data->room_id));
  PLEXUS_RETURN_IF_ERROR(CheckSizes(data->text, {{"type", data->type},
                                                 {"sender", data->sender},
                                                 {"state_key", data->state_key.value_or("")},
                                                 {"room_id", data->room_id},
                                                 {"event_id", data->event_id}}));
  if (!IsValidUserId(data->sender)) return WrongMember("sender");
  if (HasNul(data->type)) return WrongMember("type");
  if (HasNul(data->state_key.value_or(""))) return WrongMember("state_key");
  PLEXUS_RETURN_IF_ERROR(TakeObject(json, "content", data->content));
  PLEXUS_RETURN_IF_ERROR(TakeObject(json, "hashes", data->hashes));
  PLEXUS_RETURN_IF_ERROR(TakeObject(json, "signatures", data->signatures));
  if (json::Find(json, "unsigned") != nullptr) {
    PLEXUS_RETURN_IF_ERROR(TakeObject(json, "unsigned", data->unsigned_data));
  }
  PLEXUS_RETURN_IF_ERROR(TakeInt(json, "depth", data->depth));
  if (data->depth < 0) return WrongMember("depth");
  PLEXUS_RETURN_IF_ERROR(TakeInt(json, "origin_server_ts", data->origin_server_ts));
  PLEXUS_RETURN_IF_ERROR(TakeEventIds(json, "prev_events", version, kMaxPrevEvents, data->prev_events));
  PLEXUS_RETURN_IF_ERROR(TakeEventIds(json, "auth_events", version, kMaxAuthEvents, data->auth_events));
  data->redacts = Redacts(json, *data->content, data->type, version);
  return Event(std::move(data));
}

absl::StatusOr<std::string> EventAssembly::EssentialText(const json::Object& pdu, const CanonicalMembers& members,
                                                         const RoomVersion& version) {
  std::string content = "{}";
  if (const json::Object* full = json::GetObject(pdu, "content")) {
    const json::Object redacted = RedactContent(json::GetString(pdu, "type").value_or(""), *full, version);
    PLEXUS_ASSIGN_OR_RETURN(content, json::Canonical(redacted, FloatsOf(version)));
  }
  auto keep = [&](std::string_view key) { return key != "signatures" && SurvivesRedaction(key, version); };
  return members.Join(keep, "content", content);
}

absl::StatusOr<std::string> EventAssembly::EventId(const json::Object& pdu, std::string_view essential_text,
                                                   const RoomVersion& version) {
  switch (version.event_ids) {
    case EventIds::kHash: return absl::StrCat("$", Base64Encode(Sha256(essential_text)));
    case EventIds::kUrlSafeHash: return absl::StrCat("$", Base64UrlEncode(Sha256(essential_text)));
    case EventIds::kChosen: break;
  }
  std::optional<std::string_view> chosen = json::GetString(pdu, "event_id");
  if (!chosen || !IsDomainEventId(*chosen)) return WrongMember("event_id");
  return std::string(*chosen);
}

}  // namespace plexus::matrix
