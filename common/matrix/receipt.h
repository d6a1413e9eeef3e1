// What becomes of an event that another server sent. Server-Server API, "Checks performed on receipt of a PDU".
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/matrix/event.h"
#include "common/matrix/event_auth.h"

namespace plexus::matrix {

enum class Fate : uint8_t {
  kAccepted,
  kSoftFailed,  // neither shown to clients nor built upon, but part of the graph and of state resolution
  kRejected,    // never part of the state
};

struct Receipt {
  Fate fate = Fate::kAccepted;
  std::string reason = "";  // why it was not accepted
};

// Check 4, which is all that can be said of an event whose place in the room is not known (an outlier): whether `event`
// is allowed by its own auth events. `cited` holds each of them. `create` is the accepted create event that the room id
// names in room version 12, null if there is none; earlier versions have it among `cited` and do not look at it.
// OK, or 403 M_FORBIDDEN with the reason.
absl::Status CheckByAuthEvents(const Event& event, absl::Span<const CitedEvent> cited, const Event* create,
                               IsSignedBy is_signed_by);

// Checks 5 and 6: whether `event`, which has passed check 4, is allowed by the state before it, and by the state that
// the room has now.
Receipt CheckByStates(const Event& event, AuthState before, AuthState current, IsSignedBy is_signed_by);

}  // namespace plexus::matrix
