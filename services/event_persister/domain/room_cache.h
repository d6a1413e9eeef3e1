// The hot rooms of one shard, the least recently used of which are dropped.
#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "services/event_persister/domain/hot_room.h"

namespace plexus::event_persister {

// Bytes that the hot rooms of all shards and tenants of the process may take together. Thread-safe.
struct RoomBudget {
  explicit RoomBudget(int64_t limit) : limit(limit) {}
  const int64_t limit;
  std::atomic<int64_t> used{0};
};

// Runs on the shard's executor.
class RoomCache {
 public:
  explicit RoomCache(std::shared_ptr<RoomBudget> budget) : budget_(std::move(budget)) {}
  ~RoomCache();
  RoomCache(const RoomCache&) = delete;

  // The room, now the most recently used; null if it is not here.
  std::shared_ptr<HotRoom> Find(const std::string& room_id);
  void Put(std::shared_ptr<HotRoom> room);
  void Erase(const std::string& room_id);
  // Measures the room again, then drops idle rooms of this shard, oldest first, while the process is over its budget.
  void Settle(const std::string& room_id);
  size_t size() const { return rooms_.size(); }

 private:
  struct Entry {
    std::shared_ptr<HotRoom> room;
    int64_t bytes = 0;
  };
  using Order = std::list<Entry>;
  void Drop(Order::iterator entry);

  const std::shared_ptr<RoomBudget> budget_;
  Order order_;  // most recently used first
  absl::flat_hash_map<std::string, Order::iterator> rooms_;
};

}  // namespace plexus::event_persister
