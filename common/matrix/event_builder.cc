#include "common/matrix/event_builder.h"

#include <algorithm>
#include <limits>
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

absl::StatusOr<json::Array> References(const RoomVersion& version, const std::vector<std::string>& ids,
                                       const std::vector<std::string>& hashes) {
  if (version.event_ids != EventIds::kChosen) return Ids(ids);
  if (hashes.size() != ids.size()) return absl::InvalidArgumentError("each cited event needs its reference hash");
  json::Array pairs;
  for (size_t i = 0; i < ids.size(); ++i) {
    json::Object pair_hashes;
    pair_hashes["sha256"] = Base64Encode(hashes[i]);
    pairs.push_back(json::Array({json::Value(ids[i]), std::move(pair_hashes)}));
  }
  return pairs;
}

// The event before it is hashed and signed.
absl::StatusOr<json::Object> Draft(const RoomVersion& version, EventTemplate wanted, const EventPosition& position) {
  json::Object pdu;
  pdu.reserve(14);
  if (wanted.redacts && version.redacts_in_content) wanted.content["redacts"] = *wanted.redacts;
  if (wanted.redacts && !version.redacts_in_content) pdu["redacts"] = *wanted.redacts;
  if (version.event_ids == EventIds::kChosen) pdu["event_id"] = wanted.event_id;
  if (!wanted.room_id.empty()) pdu["room_id"] = wanted.room_id;
  if (wanted.state_key) pdu["state_key"] = *wanted.state_key;
  if (!wanted.nonce.empty()) pdu["plexus.nonce"] = wanted.nonce;
  pdu["type"] = wanted.type;
  pdu["sender"] = wanted.sender;
  pdu["content"] = std::move(wanted.content);
  PLEXUS_ASSIGN_OR_RETURN(pdu["prev_events"], References(version, position.prev_events, position.prev_hashes));
  PLEXUS_ASSIGN_OR_RETURN(pdu["auth_events"], References(version, position.auth_events, position.auth_hashes));
  pdu["depth"] = std::min(position.depth, MaxDepth(version));
  pdu["origin_server_ts"] = position.origin_server_ts;
  return pdu;
}

}  // namespace

int64_t MaxDepth(const RoomVersion& version) {
  return version.strict_json ? json::kMaxCanonicalInt : std::numeric_limits<int64_t>::max();
}

absl::Status ValidateContent(const json::Object& content) {
  return json::Canonical(content, json::Floats::kRefuse).status();
}

// As HashAndSign followed by Event::Parse, but each member is encoded once, and what is signed is hashed for the id.
absl::StatusOr<Event> BuildEvent(const RoomVersion& version, EventTemplate wanted, const EventPosition& position,
                                 std::string_view server_name, const SigningKey& key) {
  if (!version.strict_json) PLEXUS_RETURN_IF_ERROR(ValidateContent(wanted.content));
  PLEXUS_ASSIGN_OR_RETURN(json::Object pdu, Draft(version, std::move(wanted), position));
  PLEXUS_ASSIGN_OR_RETURN(CanonicalMembers members, CanonicalMembers::Of(pdu, FloatsOf(version)));
  auto everything = [](std::string_view) { return true; };

  pdu["hashes"].emplace_object()["sha256"] = Base64Encode(Sha256(members.Join(everything)));
  PLEXUS_RETURN_IF_ERROR(members.Set("hashes", pdu["hashes"]));

  PLEXUS_ASSIGN_OR_RETURN(std::string essential, EventAssembly::EssentialText(pdu, members, version));
  PutSignature(pdu, server_name, key.key_id(), key.Sign(essential));
  PLEXUS_RETURN_IF_ERROR(members.Set("signatures", pdu["signatures"]));

  PLEXUS_ASSIGN_OR_RETURN(std::string event_id, EventAssembly::EventId(pdu, essential, version));
  return EventAssembly::Finish(std::move(pdu), members.Join(everything), std::move(event_id), version);
}

absl::StatusOr<Event> AddSignature(const Event& event, std::string_view server_name, const SigningKey& key) {
  PLEXUS_ASSIGN_OR_RETURN(std::string text, SignedEventText(event));
  json::Object holder;
  PutSignature(holder, server_name, key.key_id(), key.Sign(text));
  return event.WithSignatures(holder["signatures"].get_object());
}

}  // namespace plexus::matrix
