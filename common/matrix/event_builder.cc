#include "common/matrix/event_builder.h"

#include <algorithm>
#include <utility>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/matrix/base64.h"
#include "common/matrix/canonical_members.h"
#include "common/matrix/event_data.h"
#include "common/matrix/event_hash.h"

namespace plexus::matrix {
namespace {

json::Array Ids(const std::vector<std::string>& ids) {
  json::Array array;
  array.reserve(ids.size());
  for (const std::string& id : ids) array.emplace_back(id);
  return array;
}

// The event before it is hashed and signed.
json::Object Draft(const RoomVersion& version, EventTemplate wanted, const EventPosition& position) {
  json::Object pdu;
  pdu.reserve(14);
  if (wanted.redacts && version.redacts_in_content) wanted.content["redacts"] = *wanted.redacts;
  if (wanted.redacts && !version.redacts_in_content) pdu["redacts"] = *wanted.redacts;
  if (!wanted.room_id.empty()) pdu["room_id"] = wanted.room_id;
  if (wanted.state_key) pdu["state_key"] = *wanted.state_key;
  if (!wanted.nonce.empty()) pdu["plexus.nonce"] = wanted.nonce;
  pdu["type"] = wanted.type;
  pdu["sender"] = wanted.sender;
  pdu["content"] = std::move(wanted.content);
  pdu["prev_events"] = Ids(position.prev_events);
  pdu["auth_events"] = Ids(position.auth_events);
  pdu["depth"] = std::min(position.depth, json::kMaxCanonicalInt);
  pdu["origin_server_ts"] = position.origin_server_ts;
  return pdu;
}

}  // namespace

absl::Status ValidateContent(const json::Object& content) {
  return json::Canonical(content, json::Floats::kRefuse).status();
}

// As HashAndSign followed by Event::Parse, but each member is encoded once, and what is signed is hashed for the id.
absl::StatusOr<Event> BuildEvent(const RoomVersion& version, EventTemplate wanted, const EventPosition& position,
                                 std::string_view server_name, const SigningKey& key) {
  json::Object pdu = Draft(version, std::move(wanted), position);
  PLEXUS_ASSIGN_OR_RETURN(CanonicalMembers members, CanonicalMembers::Of(pdu, json::Floats::kRefuse));
  auto everything = [](std::string_view) { return true; };

  pdu["hashes"].emplace_object()["sha256"] = Base64Encode(Sha256(members.Join(everything)));
  PLEXUS_RETURN_IF_ERROR(members.Set("hashes", pdu["hashes"]));

  PLEXUS_ASSIGN_OR_RETURN(std::string essential, EventAssembly::EssentialText(pdu, members, version));
  PutSignature(pdu, server_name, key.key_id(), key.Sign(essential));
  PLEXUS_RETURN_IF_ERROR(members.Set("signatures", pdu["signatures"]));

  return EventAssembly::Finish(std::move(pdu), members.Join(everything), EventAssembly::EventId(essential), version);
}

absl::StatusOr<Event> AddSignature(const Event& event, std::string_view server_name, const SigningKey& key) {
  PLEXUS_ASSIGN_OR_RETURN(CanonicalMembers members, CanonicalMembers::Of(event.json(), json::Floats::kRefuse));
  PLEXUS_ASSIGN_OR_RETURN(std::string essential, EventAssembly::EssentialText(event.json(), members, event.version()));
  json::Object holder;
  PutSignature(holder, server_name, key.key_id(), key.Sign(essential));
  return event.WithSignatures(holder["signatures"].get_object());
}

}  // namespace plexus::matrix
