// Reading stored PDUs as text. They are compact canonical JSON that this server wrote, so finding a member needs no
// document: a state event of an initial sync costs a copy of its content and little more.
#pragma once

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace plexus::sync {

// Calls `visit` with each member of the object `json` (compact, well-formed): its key without the quotes, escapes
// undecoded, and its value as it stands. Ends silently at what is not JSON.
void ForEachMember(std::string_view json, absl::FunctionRef<void(std::string_view key, std::string_view value)> visit);

// The value of a member as it stands; empty if there is none.
std::string_view FindMember(std::string_view json, std::string_view key);

// The event for a client as far as it is the same for everybody: an object without its closing brace, room_id and
// unsigned. Client-Server API, "Room event format". `redacts` of a redaction stands on top and in the content.
std::string ClientText(std::string_view pdu, std::string_view event_id);

}  // namespace plexus::sync
