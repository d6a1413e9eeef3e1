// Processes without a database, known by their asking for the directory.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "plexus/platform/v1/platform_service.pb.h"

namespace plexus::platform {

// Thread-safe.
class Observers {
 public:
  // One that has not asked for so long is forgotten. They ask several times a second.
  static constexpr absl::Duration kForgottenAfter = absl::Seconds(10);
  static constexpr size_t kMost = 1000;

  // `clock` must outlive it.
  explicit Observers(const Clock& clock) : clock_(clock) {}

  // One without an id or address is not noted.
  void Note(const v1::Process& observer);
  // Sorted by id.
  std::vector<v1::Process> Recent();

 private:
  struct Seen {
    v1::Process process;
    int64_t at_nanos = 0;  // Clock::BootNanos
  };
  void ForgetOld() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  absl::Mutex mutex_;
  std::map<std::string, Seen> seen_ ABSL_GUARDED_BY(mutex_);  // by id
};

}  // namespace plexus::platform
