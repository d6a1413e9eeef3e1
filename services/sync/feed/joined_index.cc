#include "services/sync/feed/joined_index.h"

#include <iterator>
#include <utility>

namespace plexus::sync {

TrackedUser* JoinedIndex::Find(std::string_view user_id) {
  auto it = users_.find(user_id);
  if (it == users_.end()) return nullptr;
  order_.splice(order_.begin(), order_, it->second->place);
  return it->second.get();
}

TrackedUser* JoinedIndex::Add(const std::string& user_id) {
  if (TrackedUser* found = Find(user_id)) return found;
  auto user = std::make_unique<TrackedUser>();
  user->user_id = user_id;
  order_.push_front(user.get());
  user->place = order_.begin();
  ++memberships_;  // stands for the user itself
  TrackedUser* added = user.get();
  users_[user_id] = std::move(user);
  Trim();
  return added;
}

void JoinedIndex::Load(TrackedUser& user, const std::vector<storage::StoredMembership>& memberships) {
  for (const storage::StoredMembership& membership : memberships) {
    Set(user, membership.room_id, membership.membership == "join", membership.position);
  }
  user.loaded = true;
  Trim();
}

void JoinedIndex::Apply(std::string_view user_id, const std::string& room_id, bool joined, int64_t position) {
  auto it = users_.find(user_id);
  if (it != users_.end()) Set(*it->second, room_id, joined, position);
}

const TrackedRoom* JoinedIndex::Room(std::string_view room_id) const {
  auto it = rooms_.find(room_id);
  return it == rooms_.end() ? nullptr : it->second.get();
}

bool JoinedIndex::Share(const TrackedUser& a, const TrackedUser& b) {
  const TrackedUser& fewer = a.rooms.size() < b.rooms.size() ? a : b;
  const TrackedUser& more = &fewer == &a ? b : a;
  for (const auto& [room, place] : fewer.rooms) {
    if (place.joined && IsJoined(more, *room)) return true;
  }
  return false;
}

// What is older than what is known says nothing new.
void JoinedIndex::Set(TrackedUser& user, const std::string& room_id, bool joined, int64_t position) {
  std::shared_ptr<TrackedRoom>& room = rooms_[room_id];
  if (room == nullptr) {
    room = std::make_shared<TrackedRoom>();
    room->room_id = room_id;
  }
  auto [it, added] = user.rooms.try_emplace(room);
  if (added) ++memberships_;
  if (!added && position < it->second.position) return;
  it->second = {joined, position};
  if (joined) {
    room->joined.insert(&user);
  } else {
    room->joined.erase(&user);
  }
}

void JoinedIndex::Trim() {
  if (memberships_ <= max_memberships_) return;
  // From the least recently used on, but never the one just used.
  for (auto it = order_.end(); memberships_ > max_memberships_ && it != std::next(order_.begin());) {
    TrackedUser* user = *--it;
    if (!user->waiters.empty() || !user->loaded) continue;
    it = order_.erase(it);
    Drop(*user);
    if (order_.empty()) return;
  }
}

void JoinedIndex::Drop(TrackedUser& user) {
  memberships_ -= user.rooms.size() + 1;
  for (auto& [room, place] : user.rooms) {
    room->joined.erase(&user);
    // The user's own reference, the map's: nobody else tracks the room.
    if (room.use_count() == 2) rooms_.erase(room->room_id);
  }
  users_.erase(std::string(user.user_id));
}

}  // namespace plexus::sync
