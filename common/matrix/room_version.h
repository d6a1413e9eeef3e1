// What differs between room versions, as flags: code asks for a property, never for a version's number.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/types/span.h"

namespace plexus::matrix {

enum class StateResolution : uint8_t {
  kV2,    // room versions 2 to 11
  kV2_1,  // room version 12: starts from the empty state, and adds the conflicted state subgraph
};

struct RoomVersion {
  std::string_view id;
  bool stable = true;
  bool knocking = true;                    // `knock` memberships and join rule (7+)
  bool restricted_joins = true;            // `restricted` join rule (8+)
  bool knock_restricted_joins = true;      // `knock_restricted` join rule (10+)
  bool integer_power_levels = true;        // power levels are integers, never strings (10+)
  bool creator_in_content = false;         // the create event names its `creator` (1 to 10)
  bool redacts_in_content = true;          // a redaction names its target in `content` (11+)
  bool relaxed_redaction = true;           // the redaction algorithm of 11+
  bool room_id_is_create_event = false;    // "!" + hash of the create event, which has no `room_id` (12+)
  bool creators_outrank_everyone = false;  // creators' power is infinite; `additional_creators` (12+)
  bool create_in_auth_events = true;       // not from 12 on, where the room id implies it
  StateResolution state_resolution = StateResolution::kV2;
};

// The version that new rooms get unless asked otherwise: what the specification recommends.
inline constexpr std::string_view kDefaultRoomVersion = "12";

// The version called `id`, which lives for ever, or null if Plexus does not support it.
const RoomVersion* FindRoomVersion(std::string_view id);

// Every supported version, for /capabilities.
absl::Span<const RoomVersion> SupportedRoomVersions();

}  // namespace plexus::matrix
