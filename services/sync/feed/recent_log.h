// The newest part of a tenant's logs, in memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/storage/readers/room_log.h"
#include "common/storage/readers/user_log.h"
#include "plexus/common/v1/log.pb.h"
#include "services/sync/domain/sync_event.h"

namespace plexus::sync {

// One entry of a room shard's log. Exactly one of event, receipt and forgotten_by is there.
struct RoomLogItem {
  int64_t position = 0;
  std::string room_id;
  SyncEventPtr event;
  std::unique_ptr<storage::StoredReceipt> receipt;
  std::string forgotten_by;
  std::string redacts;  // of redactions: the redacted event
  size_t bytes() const;
};
using RoomLogItemPtr = std::shared_ptr<const RoomLogItem>;

// One entry of a user shard's log.
struct UserLogItem {
  int64_t position = 0;
  std::string user_id;
  std::unique_ptr<storage::StoredAccountData> account_data;  // null: the user's device list changed
  size_t bytes() const;
};
using UserLogItemPtr = std::shared_ptr<const UserLogItem>;

// Null for what clients are never told of.
RoomLogItemPtr ItemOf(const common::v1::RoomLogEntry& entry);
UserLogItemPtr ItemOf(const common::v1::UserLogEntry& entry);

// Entries of one shard after position `start`, complete up to `head`.
template <typename Item>
class ShardLog {
 public:
  using ItemPtr = std::shared_ptr<const Item>;
  void Begin(int64_t head) { start_ = head_ = head; }
  void Append(ItemPtr item) { items_.push_back(std::move(item)); }
  void Advance(int64_t head) { head_ = head; }
  // Forgets the oldest item. There must be one.
  ItemPtr Drop() {
    ItemPtr item = std::move(items_.front());
    items_.pop_front();
    start_ = item->position;
    return item;
  }
  int64_t start() const { return start_; }
  int64_t head() const { return head_; }
  // The first item after `position`.
  typename std::deque<ItemPtr>::const_iterator After(int64_t position) const {
    return std::upper_bound(items_.begin(), items_.end(), position,
                            [](int64_t at, const ItemPtr& item) { return at < item->position; });
  }
  typename std::deque<ItemPtr>::const_iterator end() const { return items_.end(); }

 private:
  int64_t start_ = 0;
  int64_t head_ = 0;
  std::deque<ItemPtr> items_;
};

// All shards of a tenant under one byte budget; the oldest arrivals are dropped beyond it. Not thread-safe.
class RecentLog {
 public:
  RecentLog(const std::vector<int64_t>& room_heads, const std::vector<int64_t>& user_heads, size_t max_bytes);

  void Append(int shard, RoomLogItemPtr item);
  void Append(int shard, UserLogItemPtr item);

  ShardLog<RoomLogItem>& room(size_t shard) { return room_[shard]; }
  ShardLog<UserLogItem>& user(size_t shard) { return user_[shard]; }
  const std::vector<ShardLog<RoomLogItem>>& rooms() const { return room_; }
  const std::vector<ShardLog<UserLogItem>>& users() const { return user_; }

  // Whether the event is one whose redaction came in later: its text here is out of date.
  bool IsRedacted(const std::string& event_id) const { return redacted_.contains(event_id); }
  size_t bytes() const { return bytes_; }

 private:
  void Trim();
  const size_t max_bytes_;
  size_t bytes_ = 0;
  std::vector<ShardLog<RoomLogItem>> room_;
  std::vector<ShardLog<UserLogItem>> user_;
  // Where the items are, in the order of their arrival: room shards as they are, user shards as -1 - shard.
  std::deque<int> arrivals_;
  absl::flat_hash_map<std::string, int> redacted_;  // and by how many redactions held here
};

}  // namespace plexus::sync
