#include "tests/load/chat/process_usage.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace plexus::load {
namespace {

TEST(WatchedProcessTest, CountsItsOwnTimeAndMemory) {
  const auto self = WatchedProcess::Parse(absl::StrCat("me:", getpid()));
  ASSERT_TRUE(self.ok()) << self.status();
  EXPECT_EQ(self->name(), "me");
  const Usage before = self->Read();
  volatile uint64_t spun = 0;
  const double until = OwnCpuSeconds() + 0.1;
  while (OwnCpuSeconds() < until) spun = spun + 1;
  const Usage after = self->Read();
  EXPECT_NEAR(after.cpu_seconds - before.cpu_seconds, 0.1, 0.08);
  EXPECT_GT(after.resident_bytes, 1 << 20);
}

TEST(WatchedProcessTest, RefusesWhatIsNoProcess) {
  for (const char* text : {"", "me", "me:", "me:x", "me:0", "me:-1", "me:99999999"}) {
    EXPECT_FALSE(WatchedProcess::Parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace plexus::load
