// Which member events a device has been sent, so that lazy loading need not repeat them.
// Client-Server API, "Lazy-loading room members".
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"

namespace plexus::sync {

// Of one device. What an answer carried counts only once the client has come back with that answer's token.
// Thread-safe.
class LazyMembers {
 public:
  // Beyond this all are forgotten, and sent again.
  static constexpr size_t kMaxMembers = 20'000;

  using Known = std::shared_ptr<const absl::flat_hash_set<uint64_t>>;
  // Stands for a member of a room.
  static uint64_t KeyOf(std::string_view room_id, std::string_view user_id);

  // The device syncs from `since` ("" for initially): what it is known to have. A token that is neither of the last two
  // forgets everything.
  Known Begin(const std::string& since);
  // The answer to `since` has the token `next_batch` and carries `sent`.
  void Commit(const std::string& since, const std::string& next_batch, const std::vector<uint64_t>& sent);

 private:
  absl::Mutex mutex_;
  std::string base_ ABSL_GUARDED_BY(mutex_);     // `known_` holds for this token…
  std::string pending_ ABSL_GUARDED_BY(mutex_);  // … and with `sent_` for this one
  Known known_ ABSL_GUARDED_BY(mutex_) = std::make_shared<absl::flat_hash_set<uint64_t>>();
  std::vector<uint64_t> sent_ ABSL_GUARDED_BY(mutex_);
};

// Of a tenant's devices, the least recently used dropped. Thread-safe.
class LazyMembersCache {
 public:
  explicit LazyMembersCache(size_t max_devices) : max_devices_(max_devices) {}
  std::shared_ptr<LazyMembers> Find(const std::string& user_id, const std::string& device_id);

 private:
  using Order = std::list<std::string>;
  struct Slot {
    std::shared_ptr<LazyMembers> members;
    Order::iterator place;
  };
  const size_t max_devices_;
  absl::Mutex mutex_;
  Order order_ ABSL_GUARDED_BY(mutex_);  // most recently used first
  absl::flat_hash_map<std::string, Slot> devices_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::sync
