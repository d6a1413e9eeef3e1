// Which of the users that sync here are in which rooms.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "common/rpc/reply.h"
#include "common/storage/readers/members.h"

namespace plexus::sync {

// A long poll. Woken once.
struct Waiter {
  std::shared_ptr<rpc::Reply<bool>> reply;
};

struct TrackedUser;

struct TrackedRoom {
  std::string room_id;
  absl::flat_hash_set<TrackedUser*> joined;
};

struct TrackedUser {
  struct Place {
    bool joined = false;
    int64_t position = 0;  // of the member event that says so
  };
  std::string user_id;
  bool loaded = false;  // else only what came since the tracking began is known
  absl::flat_hash_map<std::shared_ptr<TrackedRoom>, Place> rooms;
  // Content of m.ignored_user_list, empty if there is none, and the position that it was set at.
  std::string ignored_users;
  int64_t ignored_position = -1;
  std::vector<std::shared_ptr<Waiter>> waiters;

  void SetIgnoredUsers(const std::string& content, int64_t at) {
    if (at < ignored_position) return;
    ignored_users = content;
    ignored_position = at;
  }
  std::list<TrackedUser*>::iterator place;
};

// Memberships of tracked users, kept current by Apply. The least recently used without waiters are dropped beyond
// a budget of memberships. Not thread-safe.
class JoinedIndex {
 public:
  explicit JoinedIndex(size_t max_memberships) : max_memberships_(max_memberships) {}

  // The user, if tracked; marks as used.
  TrackedUser* Find(std::string_view user_id);
  // Begins to track: from now on Apply counts for the user.
  TrackedUser* Add(const std::string& user_id);
  // What Postgres said some time after Add.
  void Load(TrackedUser& user, const std::vector<storage::StoredMembership>& memberships);
  // A member event of the room's log.
  void Apply(std::string_view user_id, const std::string& room_id, bool joined, int64_t position);

  // Null if no tracked user has to do with the room.
  const TrackedRoom* Room(std::string_view room_id) const;
  static bool IsJoined(const TrackedUser& user, const TrackedRoom& room) {
    return room.joined.contains(const_cast<TrackedUser*>(&user));
  }
  static bool Share(const TrackedUser& a, const TrackedUser& b);
  template <typename F>
  void ForEach(F visit) {
    for (auto& [id, user] : users_) visit(*user);
  }

 private:
  void Set(TrackedUser& user, const std::string& room_id, bool joined, int64_t position);
  void Trim();
  void Drop(TrackedUser& user);

  const size_t max_memberships_;
  size_t memberships_ = 0;
  std::list<TrackedUser*> order_;  // most recently used first
  absl::flat_hash_map<std::string, std::unique_ptr<TrackedUser>> users_;
  absl::flat_hash_map<std::string, std::shared_ptr<TrackedRoom>> rooms_;
};

}  // namespace plexus::sync
