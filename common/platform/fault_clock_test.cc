#include "common/platform/fault_clock.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace plexus::platform {
namespace {

constexpr int64_t kHour = 3'600'000'000'000;
constexpr int64_t kSecond = 1'000'000'000;

class FaultClockTest : public testing::Test {
 protected:
  FaultClockTest() : path_(testing::TempDir() + "fault_clock_" + std::to_string(getpid())) {
    setenv("PLEXUS_FAULTS", "", 1);
    Write(0, 0);
  }
  ~FaultClockTest() override {
    unsetenv("PLEXUS_FAULTS");
    std::remove(path_.c_str());
  }

  // In place: a file that was replaced would no longer be the one that is mapped.
  void Write(int64_t wall, int64_t boot) const {
    const int64_t both[] = {wall, boot};
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    if (!file) file.open(path_, std::ios::binary | std::ios::out);
    file.write(reinterpret_cast<const char*>(both), sizeof both);
  }
  static int64_t WallAhead(const Clock& clock) { return absl::ToInt64Nanoseconds(clock.Now() - RealClock().Now()); }
  static int64_t BootAhead(const Clock& clock) { return clock.BootNanos() - RealClock().BootNanos(); }

  const std::string path_;
};

TEST_F(FaultClockTest, IsRefusedUnlessFaultsAreAskedForInTheEnvironment) {
  unsetenv("PLEXUS_FAULTS");
  EXPECT_EQ(FaultClock::Open(path_).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(FaultClockTest, RefusesAFileOfAnotherSizeAndOneThatIsNotThere) {
  EXPECT_EQ(FaultClock::Open(path_ + ".none").status().code(), absl::StatusCode::kNotFound);
  std::ofstream(path_, std::ios::app) << "more";
  EXPECT_EQ(FaultClock::Open(path_).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(FaultClockTest, IsTheMachinesClockUntilTheFileSaysOtherwise) {
  auto clock = FaultClock::Open(path_);
  ASSERT_TRUE(clock.ok()) << clock.status();
  EXPECT_LT(std::abs(WallAhead(**clock)), kSecond);
  EXPECT_LT(std::abs(BootAhead(**clock)), kSecond);
}

TEST_F(FaultClockTest, MovesTheWallClockBothWaysAndAlone) {
  auto clock = FaultClock::Open(path_);
  ASSERT_TRUE(clock.ok()) << clock.status();
  Write(kHour, 0);
  EXPECT_NEAR(WallAhead(**clock), kHour, kSecond);
  Write(-kHour, 0);
  EXPECT_NEAR(WallAhead(**clock), -kHour, kSecond);
  EXPECT_LT(std::abs(BootAhead(**clock)), kSecond);
}

TEST_F(FaultClockTest, TheBootClockNeverGoesBack) {
  auto clock = FaultClock::Open(path_);
  ASSERT_TRUE(clock.ok()) << clock.status();
  Write(0, kHour);
  EXPECT_NEAR(BootAhead(**clock), kHour, kSecond);
  Write(0, kHour / 2);
  EXPECT_NEAR(BootAhead(**clock), kHour, kSecond);
}

}  // namespace
}  // namespace plexus::platform
