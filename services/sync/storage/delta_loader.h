// Builds an answer from Postgres: in one snapshot, with a number of statements that does not grow with the rooms.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "common/matrix/event_filter.h"
#include "common/matrix/stream_token.h"
#include "common/storage/session.h"
#include "services/sync/domain/delta.h"
#include "services/sync/domain/lazy_members.h"

namespace plexus::sync {

inline constexpr int64_t kDefaultTimelineLimit = 10;
inline constexpr int64_t kMaxTimelineLimit = 500;

struct LoadRequest {
  std::string user_id, device_id;
  std::optional<matrix::StreamToken> since;  // nullopt: an initial sync
  bool full_state = false;
  bool state_after = false;
  std::shared_ptr<const matrix::Filter> filter;
  LazyMembers::Known known_members;  // never null
};

// Everything after `since` (clamped to what the database has). The token `next` is where its snapshot stands; the part
// of `since` on typing is handed on. Blocks; for a thread of the pool.
absl::StatusOr<SyncDelta> LoadDelta(storage::Session& session, const LoadRequest& request);

// Whom an m.ignored_user_list names; nobody if it is empty or not understood.
absl::flat_hash_set<std::string> IgnoredUsersIn(const std::string& content_json);

// How many timeline events of a room the filter asks for, within bounds.
int64_t TimelineLimit(const matrix::Filter& filter);

// The low half of the database's timeline, as tokens carry it.
uint32_t TokenTimeline(int64_t timeline);

}  // namespace plexus::sync
