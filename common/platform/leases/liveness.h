// Which other processes are dead, judged by one process's own clock.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace plexus::platform {

struct Beat {
  std::string process_id;
  int64_t beat = 0;
  friend bool operator==(const Beat&, const Beat&) = default;
};

// Pure: times are boot-time nanoseconds given by the caller. Not thread-safe.
//
// A process's leases are good until a TTL after it sent the renewal that made its beat what was read. A read that was
// answered at `t` saw a renewal sent before `t`; so if a read sent after t + TTL sees the same beat, that term is over.
// The beat alone does not tell a dead process from a Postgres that stood still for both of us: what was observed
// counts only while reads and our own renewals succeeded with no gap over TTL/2.
class LivenessObserver {
 public:
  explicit LivenessObserver(absl::Duration ttl);

  // A renewal of our own was confirmed at `answered`.
  void Renewed(int64_t answered);
  // A read of every process's beat. Returns those that may be declared dead.
  std::vector<Beat> Observe(int64_t sent, int64_t answered, std::span<const Beat> beats);
  int64_t last_renewal() const { return last_renewal_; }
  // The earliest time at which a process that stays silent can be declared dead; INT64_MAX if none is watched.
  int64_t NextVerdict() const;
  // Whether the beat of a process has changed within the last TTL/2 before `now`, or it is new.
  bool IsBeating(const std::string& process_id, int64_t now) const;

 private:
  struct Seen {
    int64_t beat = 0;
    int64_t since = 0;       // answer of the first uninterrupted read with this beat
    int64_t changed_at = 0;  // answer of the first read with this beat, whatever happened since
  };
  bool Interrupted(int64_t answered) const;

  const int64_t ttl_;
  const int64_t margin_;  // for clocks that run at slightly different rates
  int64_t last_read_ = INT64_MIN;
  int64_t last_renewal_ = INT64_MIN;
  std::map<std::string, Seen> seen_;
};

}  // namespace plexus::platform
