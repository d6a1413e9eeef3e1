// Making events of our own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/json/value.h"
#include "common/matrix/event.h"
#include "common/matrix/room_version.h"
#include "common/matrix/signing.h"

namespace plexus::matrix {

// What a user wants to happen.
struct EventTemplate {
  std::string room_id;  // empty for a create event of room version 12
  std::string type;
  std::optional<std::string> state_key;
  std::string sender;
  json::Object content;
  std::optional<std::string> redacts;  // put where the room version wants it
  std::string event_id = "";           // "$opaque:domain" where ids are chosen (room versions 1 and 2), else empty
  // Makes the event's id differ from that of an event that is equal otherwise: a member that the content hash covers
  // and clients are not shown. Empty for none.
  std::string nonce = "";
};

// Where in the room it happens.
struct EventPosition {
  std::vector<std::string> prev_events;  // at most kMaxPrevEvents
  std::vector<std::string> auth_events;  // at most kMaxAuthEvents
  int64_t depth = 1;                     // cut to MaxDepth
  int64_t origin_server_ts = 0;          // milliseconds since 1970
  // The reference hashes (32 bytes each) of prev_events and auth_events, in their order; only room versions 1 and 2,
  // whose events cite them, look at these.
  std::vector<std::string> prev_hashes = {};
  std::vector<std::string> auth_hashes = {};
};

// The largest depth that an event can have; after it, every event has it.
int64_t MaxDepth(const RoomVersion& version);

// Whether `content` can be sent at all: canonical JSON without floats. Errors: 400 M_BAD_JSON.
absl::Status ValidateContent(const json::Object& content);

// The finished event, hashed and signed by `server_name` with `key`. It is not authorised here (event_auth.h). The
// content is refused unless it is canonical JSON, in every room version.
// Errors: those of Event::Parse; InvalidArgument if there are fewer hashes than the room version wants.
absl::StatusOr<Event> BuildEvent(const RoomVersion& version, EventTemplate wanted, const EventPosition& position,
                                 std::string_view server_name, const SigningKey& key);

// `event` with our signature added: an invite from elsewhere, or a restricted join that our user authorises.
absl::StatusOr<Event> AddSignature(const Event& event, std::string_view server_name, const SigningKey& key);

}  // namespace plexus::matrix
