#include "common/base/cancellation.h"

#include <gtest/gtest.h>

namespace plexus {
namespace {

TEST(CancellationTest, RunsWhatIsRegisteredOnce) {
  Cancellation cancellation;
  int runs = 0;
  Cancellation::Registration registration = cancellation.OnCancel([&] { ++runs; });
  EXPECT_FALSE(cancellation.cancelled());
  cancellation.Cancel();
  cancellation.Cancel();
  EXPECT_TRUE(cancellation.cancelled());
  EXPECT_EQ(runs, 1);
}

TEST(CancellationTest, RunsAtOnceIfItHasHappened) {
  Cancellation cancellation;
  cancellation.Cancel();
  int runs = 0;
  Cancellation::Registration registration = cancellation.OnCancel([&] { ++runs; });
  EXPECT_EQ(runs, 1);
}

TEST(CancellationTest, ForgetsADestroyedRegistration) {
  Cancellation cancellation;
  int runs = 0;
  cancellation.OnCancel([&] { ++runs; }).reset();
  cancellation.Cancel();
  EXPECT_EQ(runs, 0);
}

}  // namespace
}  // namespace plexus
