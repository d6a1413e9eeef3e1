#include "services/account/shards/log_outbox.h"

#include <utility>

namespace plexus::account {

LogOutbox::LogOutbox(int64_t head, Publish publish) : publish_(std::move(publish)), head_(head) {}

void LogOutbox::Committed(int64_t first, int64_t last, std::string entries) {
  absl::MutexLock lock(&mutex_);
  pending_.emplace(first, Batch{last, std::move(entries)});
  const bool overdue = pending_.size() >= kMaxPending;
  while (!pending_.empty()) {
    auto next = pending_.begin();
    if (next->first > head_ + 1 && !overdue) return;
    publish_(next->first, next->second.last, next->second.entries);
    head_ = next->second.last;
    pending_.erase(next);
  }
}

}  // namespace plexus::account
