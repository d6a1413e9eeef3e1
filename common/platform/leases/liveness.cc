#include "common/platform/leases/liveness.h"

#include <algorithm>

namespace plexus::platform {

LivenessObserver::LivenessObserver(absl::Duration ttl)
    : ttl_(absl::ToInt64Nanoseconds(ttl)), margin_(absl::ToInt64Nanoseconds(ttl / 100)) {}

void LivenessObserver::Renewed(int64_t answered) { last_renewal_ = answered; }

bool LivenessObserver::Interrupted(int64_t answered) const {
  if (last_read_ == INT64_MIN || last_renewal_ == INT64_MIN) return true;
  return answered - last_read_ > ttl_ / 2 || answered - last_renewal_ > ttl_ / 2;
}

std::vector<Beat> LivenessObserver::Observe(int64_t sent, int64_t answered, std::span<const Beat> beats) {
  bool interrupted = Interrupted(answered);
  last_read_ = answered;
  std::map<std::string, Seen> now;
  std::vector<Beat> dead;
  for (const Beat& beat : beats) {
    auto before = seen_.find(beat.process_id);
    bool same = before != seen_.end() && before->second.beat == beat.beat;
    Seen seen{beat.beat, answered, same ? before->second.changed_at : answered};
    if (same && !interrupted) seen.since = before->second.since;
    if (sent >= seen.since + ttl_ + margin_) dead.push_back(beat);
    now.emplace(beat.process_id, seen);
  }
  seen_ = std::move(now);
  return dead;
}

int64_t LivenessObserver::NextVerdict() const {
  int64_t next = INT64_MAX;
  for (const auto& [id, seen] : seen_) next = std::min(next, seen.since + ttl_ + margin_);
  return next;
}

bool LivenessObserver::IsBeating(const std::string& process_id, int64_t now) const {
  auto seen = seen_.find(process_id);
  return seen != seen_.end() && now - seen->second.changed_at <= ttl_ / 2;
}

}  // namespace plexus::platform
