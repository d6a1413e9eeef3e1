#include "services/event_persister/domain/typing_board.h"

#include <algorithm>

namespace plexus::event_persister {

bool TypingBoard::Start(const std::string& room_id, const std::string& user_id, int64_t until) {
  if (!rooms_.contains(room_id) && rooms_.size() >= kMaxRooms) return false;
  std::map<std::string, int64_t>& users = rooms_[room_id];
  if (!users.contains(user_id) && users.size() >= kMaxUsersPerRoom) return false;
  const bool is_new = !users.contains(user_id);
  users[user_id] = until;
  return is_new;
}

bool TypingBoard::Stop(const std::string& room_id, const std::string& user_id) {
  auto room = rooms_.find(room_id);
  if (room == rooms_.end() || room->second.erase(user_id) == 0) return false;
  if (room->second.empty()) rooms_.erase(room);
  return true;
}

std::vector<std::string> TypingBoard::Expire(int64_t now) {
  std::vector<std::string> changed;
  for (auto& [room_id, users] : rooms_) {
    if (std::erase_if(users, [now](const auto& user) { return user.second <= now; }) > 0) changed.push_back(room_id);
  }
  absl::erase_if(rooms_, [](const auto& room) { return room.second.empty(); });
  return changed;
}

std::optional<int64_t> TypingBoard::NextExpiry() const {
  std::optional<int64_t> next;
  for (const auto& [room_id, users] : rooms_) {
    for (const auto& [user_id, until] : users) next = std::min(next.value_or(until), until);
  }
  return next;
}

std::vector<std::string> TypingBoard::Rooms() const {
  std::vector<std::string> rooms;
  for (const auto& [room_id, users] : rooms_) rooms.push_back(room_id);
  return rooms;
}

common::v1::TypingUpdate TypingBoard::Update(const std::string& room_id) {
  common::v1::TypingUpdate update;
  update.set_room_id(room_id);
  update.set_epoch(epoch_);
  update.set_counter(++counter_);
  auto room = rooms_.find(room_id);
  if (room == rooms_.end()) return update;
  for (const auto& [user_id, until] : room->second) update.add_user_ids(user_id);
  return update;
}

}  // namespace plexus::event_persister
