// Reads a room into memory.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/storage/session.h"
#include "services/event_persister/domain/hot_room.h"

namespace plexus::event_persister {

// Everything that HotRoom needs, in four statements; nothing if there is no such room. FailedPrecondition if its
// version is not supported. To be called while nothing is queued for the room.
absl::StatusOr<std::optional<LoadedRoom>> LoadRoom(storage::Session& session, const std::string& room_id);

// The ids of the first `limit` events of the room, in the order in which they were stored.
absl::StatusOr<std::vector<std::string>> FirstEvents(storage::Session& session, int64_t room_nid, int64_t limit);

}  // namespace plexus::event_persister
