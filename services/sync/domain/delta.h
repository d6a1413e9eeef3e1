// What one answer tells, before it is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/matrix/stream_token.h"
#include "common/storage/readers/room_log.h"
#include "common/storage/readers/user_log.h"
#include "services/sync/domain/sync_event.h"

namespace plexus::sync {

enum class Section { kJoin, kInvite, kKnock, kLeave };

struct RoomSummary {
  std::vector<std::string> heroes;
  int64_t joined = 0;
  int64_t invited = 0;
};

struct RoomDelta {
  std::string room_id;
  Section section = Section::kJoin;
  std::vector<TimelineEvent> timeline;  // oldest first
  bool limited = false;
  std::string prev_batch;  // empty: where this answer ends
  std::vector<SyncEventPtr>
      state;  // before the timeline, or after it with use_state_after; stripped for kInvite, kKnock
  std::optional<RoomSummary> summary;
  std::vector<storage::StoredReceipt> receipts;
  std::optional<std::vector<std::string>> typing;  // all who are; absent: nothing new
  std::vector<storage::StoredAccountData> account_data;
  // To be told even if nothing is in it.
  bool required = false;

  bool empty() const {
    return !required && section != Section::kInvite && section != Section::kKnock && timeline.empty() && !limited &&
           state.empty() && !summary && receipts.empty() && !typing && account_data.empty();
  }
};

struct SyncDelta {
  matrix::StreamToken next;
  std::vector<RoomDelta> rooms;                          // each room at most once
  std::vector<storage::StoredAccountData> account_data;  // global
  std::vector<std::string> devices_changed, devices_left;
  std::vector<uint64_t> members_sent;  // LazyMembers::KeyOf

  bool empty() const {
    return rooms.empty() && account_data.empty() && devices_changed.empty() && devices_left.empty();
  }
};

}  // namespace plexus::sync
