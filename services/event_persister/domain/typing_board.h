// Who is typing in the rooms of one shard.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "plexus/common/v1/log.pb.h"

namespace plexus::event_persister {

// Pure: times are boot-clock nanoseconds that the caller passes. Bounded; used by one thread.
class TypingBoard {
 public:
  static constexpr size_t kMaxUsersPerRoom = 1000;
  static constexpr size_t kMaxRooms = 100'000;

  // `epoch` is that of the shard's lease: values of an owner before are replaced by ours.
  explicit TypingBoard(int64_t epoch) : epoch_(epoch) {}

  // Whether who is typing changed; beyond the bounds nothing does.
  bool Start(const std::string& room_id, const std::string& user_id, int64_t until);
  bool Stop(const std::string& room_id, const std::string& user_id);
  // Ends what has timed out, and names the rooms that changed.
  std::vector<std::string> Expire(int64_t now);
  // When Expire has something to do next; nothing if nobody types.
  std::optional<int64_t> NextExpiry() const;

  bool empty() const { return rooms_.empty(); }
  std::vector<std::string> Rooms() const;
  // The room's value with a version of its own, greater than all before.
  common::v1::TypingUpdate Update(const std::string& room_id);

 private:
  const int64_t epoch_;
  int64_t counter_ = 0;
  absl::flat_hash_map<std::string, std::map<std::string, int64_t>> rooms_;  // user -> until
};

}  // namespace plexus::event_persister
