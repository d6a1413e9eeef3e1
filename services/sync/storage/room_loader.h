// The parts of an answer that come with rooms. Every function fills in all rooms at once. Private to storage/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "common/storage/readers/source.h"
#include "common/storage/readers/stored_event.h"
#include "services/sync/domain/delta.h"
#include "services/sync/domain/room_plan.h"
#include "services/sync/storage/delta_loader.h"

namespace plexus::sync {

// One room while it is being loaded.
struct RoomWork {
  RoomPlan plan;
  RoomDelta delta;
  // What the timeline was chosen from, oldest first: an unbroken piece that ends at plan.upto.
  std::vector<storage::StoredEvent> considered;
  // The room has events after plan.after that are older than `considered`.
  bool gap = false;
  bool members_changed = false;                     // or may have
  absl::flat_hash_set<std::string> wanted_members;  // with lazy loading
};

// What they all need.
struct LoadScope {
  storage::Source source;
  const LoadRequest& request;
  const matrix::StreamToken& next;
  absl::flat_hash_set<std::string> ignored;  // users
  std::vector<uint64_t>& members_sent;

  const matrix::Filter& filter() const { return *request.filter; }
  bool initial() const { return !request.since.has_value(); }
};

// timeline, limited, prev_batch; considered, gap, members_changed.
absl::Status LoadTimelines(const LoadScope& scope, std::vector<RoomWork>& rooms);
// summary; adds heroes to wanted_members.
absl::Status LoadSummaries(const LoadScope& scope, std::vector<RoomWork>& rooms);
// state, of rooms in the sections kJoin and kLeave.
absl::Status LoadStates(const LoadScope& scope, std::vector<RoomWork>& rooms);
// state, of the others.
absl::Status LoadInviteStates(const LoadScope& scope, std::vector<RoomWork>& rooms);
absl::Status LoadReceipts(const LoadScope& scope, std::vector<RoomWork>& rooms);

// Whether a room's filter for `part` of it lets the event pass. Ignores `limit`.
bool PassesFilter(const matrix::RoomEventFilter& part, const std::string& room_id, const storage::StoredEvent& event);

}  // namespace plexus::sync
