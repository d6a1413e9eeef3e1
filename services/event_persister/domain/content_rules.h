// What Plexus asks of the content of events that its own users send, beyond the authorisation rules, so that a mistake
// is answered as one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "common/json/value.h"

namespace plexus::event_persister {

// 400 M_BAD_JSON for content that is not canonical JSON, an m.room.member without a known membership, a user id as its
// state key and profile fields that are text, or an m.room.power_levels with levels that are not integers.
// The last also where the room version would let strings pass, which the specification asks servers to prevent.
absl::Status CheckContent(std::string_view type, const std::optional<std::string>& state_key,
                          const json::Object& content);

}  // namespace plexus::event_persister
