// What became of one user's membership in one room.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"
#include "common/storage/readers/stored_event.h"

namespace plexus::storage {

// The newest `limit` of the user's m.room.member events that ever were state of the room, newest first. The same one
// may come more than once, if state was resolved.
absl::StatusOr<std::vector<StoredEvent>> MemberHistory(Source source, int64_t room_nid, const std::string& user_id,
                                                       int64_t limit);

}  // namespace plexus::storage
