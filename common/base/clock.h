// Time is a parameter: everything that asks for it takes a Clock.
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

namespace plexus {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time: for origin_server_ts, `age` and what people read. Never for leases or deadlines.
  virtual absl::Time Now() const = 0;
  // Nanoseconds since boot, counting time suspended (CLOCK_BOOTTIME): for leases, deadlines and measurements.
  virtual int64_t BootNanos() const = 0;

  int64_t NowMillis() const { return absl::ToUnixMillis(Now()); }
};

// The machine's clocks. The returned object lives for ever.
const Clock& RealClock();

// A clock that moves only when told to.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time start = absl::FromUnixMillis(1'700'000'000'000)) : start_(start) {}
  absl::Time Now() const override { return start_ + wall_skew() + absl::Nanoseconds(boot_nanos_.load()); }
  int64_t BootNanos() const override { return boot_nanos_.load(); }
  void Advance(absl::Duration by) { boot_nanos_ += absl::ToInt64Nanoseconds(by); }
  // Moves the wall clock alone, as an operator or NTP would.
  void JumpWall(absl::Duration by) { wall_skew_nanos_ += absl::ToInt64Nanoseconds(by); }

 private:
  absl::Duration wall_skew() const { return absl::Nanoseconds(wall_skew_nanos_.load()); }
  const absl::Time start_;
  std::atomic<int64_t> boot_nanos_{1};
  std::atomic<int64_t> wall_skew_nanos_{0};
};

}  // namespace plexus
