#include "common/platform/routing/observers.h"

namespace plexus::platform {

void Observers::Note(const v1::Process& observer) {
  if (observer.id().empty() || observer.address().empty()) return;
  absl::MutexLock lock(&mutex_);
  ForgetOld();
  if (seen_.size() >= kMost && !seen_.contains(observer.id())) return;
  seen_[observer.id()] = {observer, clock_.BootNanos()};
}

std::vector<v1::Process> Observers::Recent() {
  absl::MutexLock lock(&mutex_);
  ForgetOld();
  std::vector<v1::Process> recent;
  for (const auto& [id, seen] : seen_) recent.push_back(seen.process);
  return recent;
}

void Observers::ForgetOld() {
  const int64_t oldest = clock_.BootNanos() - absl::ToInt64Nanoseconds(kForgottenAfter);
  std::erase_if(seen_, [oldest](const auto& entry) { return entry.second.at_nanos < oldest; });
}

}  // namespace plexus::platform
