#include "services/sync/feed/typing_rooms.h"

#include <utility>

namespace plexus::sync {

bool TypingRooms::Apply(const common::v1::TypingUpdate& update) {
  Room& room = rooms_[update.room_id()];
  const bool newer = room.serial == 0 || update.epoch() != room.epoch || update.counter() > room.counter;
  if (!newer) return false;
  std::vector<std::string> user_ids(update.user_ids().begin(), update.user_ids().end());
  room.epoch = update.epoch();
  room.counter = update.counter();
  const bool changed = room.user_ids != user_ids;
  if (room.serial != 0 && !changed) return false;
  by_serial_.erase(room.serial);
  room.user_ids = std::move(user_ids);
  room.serial = ++serial_;
  by_serial_[serial_] = update.room_id();
  if (rooms_.size() > kMaxRooms) {
    auto oldest = by_serial_.begin();
    rooms_.erase(oldest->second);
    by_serial_.erase(oldest);
  }
  return true;
}

}  // namespace plexus::sync
