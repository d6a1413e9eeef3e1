// Which rooms an answer tells of, and which part of each: decided from the user's memberships alone. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/storage/readers/members.h"
#include "common/storage/readers/stored_event.h"
#include "services/sync/domain/delta.h"

namespace plexus::sync {

struct RoomPlan {
  storage::StoredMembership membership;  // now
  Section section = Section::kJoin;
  // The client knows nothing of the room (any more): it gets the whole state and the newest part of the timeline.
  bool is_new = false;
  int64_t after = 0;  // what the client has seen of the room's shard; 0 if is_new
  int64_t upto = 0;   // what it may see
  // At positions after this one (and up to `upto`) the user was in the room all the time.
  int64_t joined_since = 0;
  // Never was in the room: of its timeline only own_events.
  bool own_events_only = false;
  // Own m.room.member events beyond `upto`, oldest first.
  std::vector<storage::StoredEvent> own_events;
};

// `head` is where the shard's log ends. `after` is nullopt for an initial sync: then left rooms are told of only if
// `include_leave`. `history` is as storage::MemberHistory has it for this room, needed (not empty) if there is an
// `after` and the membership is newer. Nothing if the room has no place in the answer.
std::optional<RoomPlan> PlanRoom(const storage::StoredMembership& membership, std::optional<int64_t> after,
                                 int64_t head, const std::vector<storage::StoredEvent>& history, bool include_leave);

}  // namespace plexus::sync
