// How one user may look at one room: as it is, as it was on leaving, or not at all.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/matrix/event.h"
#include "common/storage/readers/rooms.h"
#include "common/storage/readers/source.h"
#include "common/storage/readers/state.h"
#include "common/storage/readers/stored_event.h"

namespace plexus::room {

enum class Standing {
  kJoined,
  kDeparted,  // was joined once, and has not forgotten the room
  kPeeking,   // never was, but the room is world-readable now
};

struct RoomView {
  storage::StoredRoom room;
  Standing standing = Standing::kJoined;
  std::optional<storage::StoredEvent> departure;  // kDeparted: the member event that ended the last join
};

// 403 M_FORBIDDEN for who has never been joined, unless the room is world-readable; for rooms that do not exist too.
// Four statements at most.
absl::StatusOr<RoomView> LookAt(storage::Source source, const std::string& room_id, const std::string& user_id);

// The state that the view shows, in no order.
absl::StatusOr<std::vector<storage::StoredEvent>> StateOf(storage::Source source, const RoomView& view,
                                                          const storage::StateSelection& selection = {});
// Some keys of it; what is absent is left out.
absl::StatusOr<std::vector<storage::StoredEvent>> StateEventsOf(storage::Source source, const RoomView& view,
                                                                std::span<const storage::TypeAndKey> keys);

// An event from our storage, ready for the rules. Internal for a damaged row.
absl::StatusOr<matrix::Event> ToEvent(const storage::StoredEvent& stored);

// Whether somebody who is not in the room may look at it now.
absl::StatusOr<bool> IsWorldReadable(storage::Source source, int64_t room_nid);

}  // namespace plexus::room
