// What a redaction leaves of an event. Room Versions, "Redactions".
#pragma once

#include <string_view>

#include "common/json/value.h"
#include "common/matrix/room_version.h"

namespace plexus::matrix {

// `pdu` without everything that its room version does not protect.
json::Object Redact(const json::Object& pdu, const RoomVersion& version);

// The part of `content` that an event of this type keeps.
json::Object RedactContent(std::string_view type, const json::Object& content, const RoomVersion& version);

// Whether the member `key` of a PDU survives (its `content` by RedactContent).
bool SurvivesRedaction(std::string_view key, const RoomVersion& version);

}  // namespace plexus::matrix
