// Events as clients see them. Client-Server API, "Room event format" and "Stripped state".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/json/value.h"
#include "common/matrix/event.h"
#include "common/matrix/membership.h"

namespace plexus::matrix {

// What is added to an event for the client that asks. Pointers may be null and need to live for the call only.
struct ClientEventOptions {
  bool include_room_id = true;      // /sync leaves it out
  std::optional<int64_t> now_ms;    // for `age`, which is left out without it
  std::string_view transaction_id;  // empty: none. Only for the device that sent the event
  const json::Object* prev_content = nullptr;
  std::string_view replaces_state;          // empty: none
  std::optional<Membership> membership;     // of the asking user, at the event
  const Event* redacted_because = nullptr;  // the redaction; the event itself must be redacted already
  const json::Object* relations = nullptr;  // `m.relations`, finished
};

// The event for a client. Of the `unsigned` that came with the PDU only the stripped states of invites and knocks pass.
// `redacts` of a redaction stands both on top and in `content`, whatever the room version.
json::Object ClientEvent(const Event& event, const ClientEventOptions& options = {});

// Appends the same as JSON text, without making a document.
void AppendClientEvent(std::string& out, const Event& event, const ClientEventOptions& options = {});

// type, state_key, sender and content, nothing else. `event` is a state event.
json::Object StrippedStateEvent(const Event& event);

}  // namespace plexus::matrix
