// Follows the logs of one tenant, for its users' syncs: what happened lately, to whom it matters, and who waits for it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/cancellation.h"
#include "common/bus/bus.h"
#include "common/bus/log_follower.h"
#include "common/matrix/stream_token.h"
#include "common/platform/data/tenant_data.h"
#include "common/platform/samples.h"
#include "services/sync/feed/joined_index.h"
#include "services/sync/feed/recent_log.h"
#include "services/sync/feed/typing_rooms.h"

namespace plexus::sync {

struct FeedOptions {
  size_t recent_bytes = 32 << 20;    // of log entries
  size_t max_memberships = 400'000;  // of tracked users
  // True while silence on the bus means that nothing happened. Thread-safe; null: never.
  std::function<bool()> bus_is_fresh;
};

// What happened to one user after a token, up to another one.
struct News {
  // False if memory does not reach back so far: then nothing else is set but `upto`.
  bool covered = false;
  matrix::StreamToken upto;
  std::vector<RoomLogItemPtr> room_items;  // of rooms the user is in, and the user's own member events
  std::vector<UserLogItemPtr> own_items;
  std::vector<std::string> changed_devices;                // users who may share a room with this one
  std::map<std::string, std::vector<std::string>> typing;  // by room
  std::string ignored_users;                               // content of the user's m.ignored_user_list, or empty
  bool has_redacted = false;                               // an item's text is out of date: a redaction came in later

  bool quiet() const { return covered && room_items.empty() && own_items.empty() && changed_devices.empty(); }
  bool empty() const { return quiet() && typing.empty(); }
};

// Thread-safe. Held by shared_ptr.
class TenantFeed : public std::enable_shared_from_this<TenantFeed> {
 public:
  // Reads the heads and follows from there. `executor` runs the followers.
  static Task<absl::StatusOr<std::shared_ptr<TenantFeed>>> Start(std::string server_name,
                                                                 std::shared_ptr<platform::TenantData> data,
                                                                 Executor executor, FeedOptions options);
  ~TenantFeed();
  // Ends every wait and follower; completes when nothing runs any more. Idempotent.
  Task<void> Stop();

  // What tokens of this database carry.
  uint32_t timeline() const { return timeline_; }
  // Another process' beacon: a shard's log has reached `head`.
  void Hint(bool room, uint32_t shard, uint64_t head);

  // Waits until everything up to `token` is in memory; false after `timeout`.
  Task<bool> Reach(matrix::StreamToken token, absl::Duration timeout);
  // Gets to know the user's rooms; one statement the first time.
  Task<absl::Status> Track(std::string user_id);

  News Collect(const std::string& user_id, const matrix::StreamToken& since);
  // Adds what is new of typing, and where that stands, to `token`. The user must be tracked.
  std::map<std::string, std::vector<std::string>> Typing(const std::string& user_id, matrix::StreamToken& token);
  // Returns when there may be news after `since`, after `timeout`, when cancelled (may be null) and when stopped.
  // Runs on an executor that runs one handler at a time.
  Task<void> Wait(std::string user_id, matrix::StreamToken since, absl::Duration timeout,
                  std::shared_ptr<Cancellation> cancellation);
  bool stopped() const;
  // Adds how far the followers are behind, and the memory of the recent log.
  void Measure(platform::Samples& samples) const;

 private:
  struct Waiting;

  TenantFeed(std::string server_name, std::shared_ptr<platform::TenantData> data, Executor executor,
             FeedOptions options, uint32_t timeline, const std::vector<int64_t>& room_heads,
             const std::vector<int64_t>& user_heads);
  void Follow(const std::vector<int64_t>& room_heads, const std::vector<int64_t>& user_heads);
  void FollowShard(bool room, int shard, int64_t head);

  void OnRoomBatch(int shard, const bus::Batch& batch);
  void OnUserBatch(int shard, const bus::Batch& batch);
  void OnTyping(const std::string& payload);
  void OnRoomItem(const RoomLogItem& item) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnUserItem(const UserLogItem& item) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WakeUser(TrackedUser& user) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WakeSharers(const std::string& user_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static Task<void> TrackThenWake(std::shared_ptr<TenantFeed> self, std::string user_id);

  News CollectLocked(TrackedUser* user, const matrix::StreamToken& since) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Matters(const TrackedUser& user, const RoomLogItem& item) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool MayShare(const TrackedUser& user, const std::string& other) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string server_name_;
  const std::shared_ptr<platform::TenantData> data_;
  const Executor executor_;
  const FeedOptions options_;
  const uint32_t timeline_;

  // Made before anybody else sees the object, and only stopped afterwards.
  std::vector<std::unique_ptr<bus::LogFollower>> room_followers_, user_followers_;
  std::vector<bus::Subscription> subscriptions_;

  mutable absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;  // TrackThenWake
  RecentLog recent_ ABSL_GUARDED_BY(mutex_);
  JoinedIndex index_ ABSL_GUARDED_BY(mutex_);
  TypingRooms typing_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::sync
