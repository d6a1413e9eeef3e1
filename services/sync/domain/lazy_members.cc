#include "services/sync/domain/lazy_members.h"

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"

namespace plexus::sync {
uint64_t LazyMembers::KeyOf(std::string_view room_id, std::string_view user_id) {
  return absl::HashOf(room_id, user_id);
}

LazyMembers::Known LazyMembers::Begin(const std::string& since) {
  using Keys = absl::flat_hash_set<uint64_t>;
  absl::MutexLock lock(&mutex_);
  if (!since.empty() && since == pending_) {
    if (!sent_.empty()) {
      auto grown = std::make_shared<Keys>(*known_);
      grown->insert(sent_.begin(), sent_.end());
      known_ = std::move(grown);
    }
  } else if (since.empty() || since != base_) {
    known_ = std::make_shared<Keys>();
  }
  if (known_->size() > kMaxMembers) known_ = std::make_shared<Keys>();
  base_ = since;
  pending_.clear();
  sent_.clear();
  return known_;
}

void LazyMembers::Commit(const std::string& since, const std::string& next_batch, const std::vector<uint64_t>& sent) {
  absl::MutexLock lock(&mutex_);
  if (base_ != since) return;
  pending_ = next_batch;
  sent_ = sent;
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
