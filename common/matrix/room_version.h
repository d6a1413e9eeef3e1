// What differs between room versions, as traits: code asks for a property, never for a version's number.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/types/span.h"

namespace plexus::matrix {

enum class StateResolution : uint8_t {
  kV1,    // room version 1
  kV2,    // room versions 2 to 11
  kV2_1,  // room version 12: starts from the empty state, and adds the conflicted state subgraph
};

// What an event is called, and with it how events name each other.
enum class EventIds : uint8_t {
  kChosen,       // room versions 1 and 2: "$opaque:domain", a member of the event; references are [id, hashes] pairs
  kHash,         // room version 3: "$" + reference hash in standard base64; references are ids
  kUrlSafeHash,  // room versions 4 and later: the same in URL-safe base64
};

// The defaults are those of room version 11.
struct RoomVersion {
  std::string_view id;
  bool stable = true;
  bool creatable = true;  // new rooms may have it: false where our own events cannot be built without looking more up

  // Events.
  EventIds event_ids = EventIds::kUrlSafeHash;
  bool strict_json = true;               // canonical JSON is enforced: no floats, no integers beyond 2^53 (6+)
  bool key_validity = true;              // a key signs events until its valid_until_ts only (5+)
  bool redacts_in_content = true;        // a redaction names its target in `content` (11+)
  bool room_id_is_create_event = false;  // "!" + hash of the create event, which has no `room_id` (12+)
  bool create_in_auth_events = true;     // not from 12 on, where the room id implies it

  // Redaction.
  bool relaxed_redaction = true;    // the redaction algorithm of 11+
  bool authoriser_survives = true;  // redacted members keep `join_authorised_via_users_server` (9+)
  bool aliases_by_domain = false;   // m.room.aliases has an authorisation rule and survives redaction (1 to 5)

  // Authorisation.
  bool redaction_rule = false;             // redactions need the redact level or the target's server (1 and 2)
  bool notification_levels_ruled = true;   // changes of `notifications` are checked as those of `events` are (6+)
  bool integer_power_levels = true;        // power levels are integers, never strings (10+)
  bool knocking = true;                    // `knock` memberships and join rule (7+)
  bool restricted_joins = true;            // `restricted` join rule, whose `allow` survives redaction (8+)
  bool knock_restricted_joins = true;      // `knock_restricted` join rule (10+)
  bool creator_in_content = false;         // the create event names its `creator` (1 to 10)
  bool creators_outrank_everyone = false;  // creators' power is infinite; `additional_creators` (12+)

  StateResolution state_resolution = StateResolution::kV2;
};

// The version that new rooms get unless asked otherwise: what the specification recommends.
inline constexpr std::string_view kDefaultRoomVersion = "12";

// The version called `id`, which lives for ever, or null if Plexus does not know it.
const RoomVersion* FindRoomVersion(std::string_view id);

// The same for a room that is to be created: null also if new rooms cannot have that version.
const RoomVersion* FindCreatableRoomVersion(std::string_view id);

// Every version that Plexus knows, oldest first.
absl::Span<const RoomVersion> SupportedRoomVersions();

}  // namespace plexus::matrix
