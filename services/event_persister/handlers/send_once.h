// Sending an event at most once.
#pragma once

#include <string>

#include "services/event_persister/handlers/room_access.h"

namespace plexus::event_persister {

struct SentEvent {
  std::string event_id;
  int64_t position = 0;  // 0: it was there before
};

// Commits the event of `draft`, or answers the one that is there already: of the same transaction, or the same state
// event by the same sender (Plexus repeats no state). `skip_if_unchanged` extends that to the same content by anybody.
Task<absl::StatusOr<SentEvent>> SendOnce(OpenRoom open, EventDraft draft, bool skip_if_unchanged);

}  // namespace plexus::event_persister
