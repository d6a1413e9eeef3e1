// Whose devices changed, and with whom the user came to share a room or ceased to.
// Client-Server API, "Extensions to /sync" of end-to-end encryption.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "services/sync/storage/room_loader.h"

namespace plexus::sync {

// For incremental answers. `rooms` are those of the answer. Errs on the side of telling too much in `changed`.
absl::Status LoadDeviceLists(const LoadScope& scope, const std::vector<RoomWork>& rooms, SyncDelta& delta);

}  // namespace plexus::sync
