// The members that a client needs to show some events. Client-Server API, "Lazy-loading room members".
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"
#include "common/storage/readers/stored_event.h"
#include "services/room/storage/visible_events.h"

namespace plexus::room {

std::set<std::string> SendersOf(const std::vector<SeenEvent>& events);

// The member events of those users at a point of a room's state, in no order. One statement.
absl::StatusOr<std::vector<storage::StoredEvent>> MembersAt(storage::Source source, storage::StatePoint point,
                                                            const std::set<std::string>& user_ids);

}  // namespace plexus::room
