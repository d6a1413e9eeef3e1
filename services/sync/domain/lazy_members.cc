#include "services/sync/domain/lazy_members.h"

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"

namespace plexus::sync {
namespace {

uint64_t KeyOf(std::string_view room_id, std::string_view user_id) {
  return absl::HashOf(room_id, user_id);
}

}  // namespace

void LazyMembers::Begin(const std::string& since) {
  absl::MutexLock lock(&mutex_);
  if (!since.empty() && since == pending_) {
    known_.insert(sent_.begin(), sent_.end());
  } else if (since.empty() || since != base_) {
    known_.clear();
  }
  if (known_.size() > kMaxMembers) known_.clear();
  base_ = since;
  pending_.clear();
  sent_.clear();
}

bool LazyMembers::Knows(std::string_view room_id, std::string_view user_id) const {
  absl::MutexLock lock(&mutex_);
  return known_.contains(KeyOf(room_id, user_id));
}

void LazyMembers::Sent(std::string_view room_id, std::string_view user_id) {
  absl::MutexLock lock(&mutex_);
  sent_.insert(KeyOf(room_id, user_id));
}

void LazyMembers::Commit(const std::string& next_batch) {
  absl::MutexLock lock(&mutex_);
  pending_ = next_batch;
}

std::shared_ptr<LazyMembers> LazyMembersCache::Find(const std::string& user_id, const std::string& device_id) {
  const std::string key = absl::StrCat(user_id, " ", device_id);
  absl::MutexLock lock(&mutex_);
  auto [it, added] = devices_.try_emplace(key);
  if (added) {
    order_.push_front(key);
    it->second = {std::make_shared<LazyMembers>(), order_.begin()};
  } else {
    order_.splice(order_.begin(), order_, it->second.place);
  }
  std::shared_ptr<LazyMembers> members = it->second.members;
  if (devices_.size() > max_devices_) {
    devices_.erase(order_.back());
    order_.pop_back();
  }
  return members;
}

}  // namespace plexus::sync
