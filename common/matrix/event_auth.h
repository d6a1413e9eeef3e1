// The authorisation rules. Room Versions 1 to 12, "Authorisation rules".
#pragma once

#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/matrix/event.h"
#include "common/matrix/room_version.h"

namespace plexus::matrix {

// The state that an event is checked against: the event of that type and state key, or null. The pointer must stay good
// until the check returns. In room version 12 it must also answer (m.room.create, "") when the state is made of an
// event's auth events, which do not hold it: with the accepted create event that the room id names, or null.
using AuthState = absl::FunctionRef<const Event*(std::string_view type, std::string_view state_key)>;

// Whether `event` bears a valid signature of `server_name`: asked only for restricted joins that name an authoriser.
using IsSignedBy = absl::FunctionRef<bool(const Event& event, std::string_view server_name)>;

// Whether `state` allows `event`. OK, or 403 M_FORBIDDEN with the reason. That the sender's server signed the event has
// been checked before. Everything but the rule about auth_events themselves, which is CheckAuthEvents.
absl::Status CheckAuth(const RoomVersion& version, const Event& event, AuthState state, IsSignedBy is_signed_by);

// An event named in `auth_events`.
struct CitedEvent {
  const Event* event;
  bool rejected;  // when it was received
};

// Whether `event` cites what it may and must cite (rule 2, in room version 12 rule 3). `cited` holds each event of its
// auth_events. OK, or 403 M_FORBIDDEN with the reason.
absl::Status CheckAuthEvents(const RoomVersion& version, const Event& event, absl::Span<const CitedEvent> cited);

// Whether the redaction `redaction` of `target`, which was accepted, is to be applied ("Handling redactions"): by the
// redact level, or because both senders are of the same server. In room versions 1 and 2 the rules have seen to it.
bool MayRedact(const Event& redaction, const Event& target, AuthState state);

}  // namespace plexus::matrix
