// A clock that a drill moves while the process runs.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"

namespace plexus::platform {

// The machine's clocks, put forward (or the wall clock back) by what a file says at each moment. Thread-safe.
class FaultClock final : public Clock {
 public:
  // What the file holds, in this machine's byte order: nanoseconds by which each clock is ahead of the machine's.
  struct Offsets {
    std::atomic<int64_t> wall{0};
    std::atomic<int64_t> boot{0};  // only ever grows: a smaller value than before is ignored
  };

  // Maps the file, which a drill then writes to. FailedPrecondition unless the environment has PLEXUS_FAULTS (see
  // common/base/fault.h), be it empty: one option left behind in a unit file moves no clock. InvalidArgument if the
  // file is not sizeof(Offsets) bytes.
  static absl::StatusOr<std::unique_ptr<FaultClock>> Open(const std::string& path);
  ~FaultClock() override;
  FaultClock(const FaultClock&) = delete;

  absl::Time Now() const override;
  int64_t BootNanos() const override;

 private:
  explicit FaultClock(const Offsets* offsets) : offsets_(offsets) {}

  const Offsets* const offsets_;  // mapped
  mutable std::atomic<int64_t> wall_seen_{0}, boot_seen_{0};
};

}  // namespace plexus::platform
