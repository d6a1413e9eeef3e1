#include "common/platform/process_usage.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <ctime>

namespace plexus::platform {
namespace {

double ValueOf(const MetricInfo& metric) {
  Samples samples;
  MeasureUsage(samples);
  auto values = samples.by_name().find(metric.name);
  return values == samples.by_name().end() ? -1 : values->second.begin()->second;
}

TEST(ProcessUsageTest, IsPlausible) {
  EXPECT_GT(ValueOf(metric::kResidentBytes), 1 << 20);
  EXPECT_GE(ValueOf(metric::kThreads), 1);
  EXPECT_GT(ValueOf(metric::kMaxFds), ValueOf(metric::kOpenFds));
  const auto now = static_cast<double>(std::time(nullptr));
  EXPECT_NEAR(ValueOf(metric::kStartTime), now, 3600);
}

TEST(ProcessUsageTest, FollowsWhatTheProcessDoes) {
  const double cpu = ValueOf(metric::kCpuSeconds);
  const double open_before = ValueOf(metric::kOpenFds);
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(ValueOf(metric::kOpenFds), open_before + 1);
  close(fd);
  for (int i = 0; i < 1000 && ValueOf(metric::kCpuSeconds) <= cpu; ++i) {
  }
  EXPECT_GT(ValueOf(metric::kCpuSeconds), cpu);
}

}  // namespace
}  // namespace plexus::platform
