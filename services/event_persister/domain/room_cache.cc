#include "services/event_persister/domain/room_cache.h"

namespace plexus::event_persister {

RoomCache::~RoomCache() {
  for (const Entry& entry : order_) budget_->used -= entry.bytes;
}

std::shared_ptr<HotRoom> RoomCache::Find(const std::string& room_id) {
  auto it = rooms_.find(room_id);
  if (it == rooms_.end()) return nullptr;
  order_.splice(order_.begin(), order_, it->second);
  return it->second->room;
}

void RoomCache::Put(std::shared_ptr<HotRoom> room) {
  const std::string room_id = room->room_id();
  Erase(room_id);
  order_.push_front({std::move(room), 0});
  rooms_[room_id] = order_.begin();
  Settle(room_id);
}

void RoomCache::Erase(const std::string& room_id) {
  auto it = rooms_.find(room_id);
  if (it != rooms_.end()) Drop(it->second);
}

void RoomCache::Settle(const std::string& room_id) {
  auto it = rooms_.find(room_id);
  if (it != rooms_.end()) {
    Entry& entry = *it->second;
    const int64_t bytes = static_cast<int64_t>(entry.room->memory_bytes());
    budget_->used += bytes - entry.bytes;
    entry.bytes = bytes;
  }
  for (auto entry = order_.end(); budget_->used > budget_->limit && entry != order_.begin();) {
    --entry;
    // In use by a handler, or with something queued: it must stay the only copy.
    const bool busy = entry->room.use_count() > 1 || !entry->room->pending.empty();
    if (!busy) Drop(entry++);
  }
}

void RoomCache::Drop(Order::iterator entry) {
  budget_->used -= entry->bytes;
  rooms_.erase(entry->room->room_id());
  order_.erase(entry);
}

}  // namespace plexus::event_persister
