#include "common/base/fault.h"

#include <gtest/gtest.h>

#include "absl/time/clock.h"

namespace plexus {
namespace {

class FaultTest : public ::testing::Test {
 protected:
  void TearDown() override { DisarmFaults(); }
};

TEST_F(FaultTest, DoesNothingUnlessArmed) {
  EXPECT_FALSE(FaultsArmed());
  EXPECT_TRUE(Fault("here").ok());
}

TEST_F(FaultTest, FailsAsOftenAsItWasToldTo) {
  ASSERT_TRUE(ArmFaults("here=error:ABORTED:2;there=error:NOT_FOUND").ok());
  EXPECT_TRUE(absl::IsAborted(Fault("here")));
  EXPECT_TRUE(absl::IsAborted(Fault("here")));
  EXPECT_TRUE(Fault("here").ok());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(absl::IsNotFound(Fault("there")));
  EXPECT_EQ(FaultHits("here"), 2);
  EXPECT_EQ(FaultHits("there"), 5);
}

TEST_F(FaultTest, Delays) {
  ASSERT_TRUE(ArmFaults("here=delay:20").ok());
  const absl::Time began = absl::Now();
  EXPECT_TRUE(Fault("here").ok());
  EXPECT_GE(absl::Now() - began, absl::Milliseconds(20));
}

TEST_F(FaultTest, AbortsTheProcess) {
  EXPECT_DEATH(
      {
        ArmFault("here", {.kind = FaultAction::Kind::kAbort});
        (void)Fault("here");
      },
      "");
}

TEST_F(FaultTest, Throws) {
  ASSERT_TRUE(ArmFaults("here=throw:1").ok());
  EXPECT_THROW((void)Fault("here"), std::runtime_error);
  EXPECT_TRUE(Fault("here").ok());
}

TEST_F(FaultTest, ArmsNothingFromAMalformedText) {
  for (const char* spec : {"here", "here=", "=abort", "here=explode", "here=error", "here=error:NO_SUCH_CODE",
                           "here=error:ABORTED:0", "here=error:ABORTED:1:2", "here=delay:x", "ok=abort;here=delay"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ArmFaults(spec))) << spec;
    EXPECT_FALSE(FaultsArmed()) << spec;
  }
}

}  // namespace
}  // namespace plexus
