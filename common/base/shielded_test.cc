#include "common/base/shielded.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <stdexcept>
#include <string>

#include "common/base/fault.h"

namespace plexus {
namespace {

std::string reported;

class ShieldedTest : public ::testing::Test {
 protected:
  ShieldedTest() {
    reported.clear();
    SetBackgroundReporter([](std::string_view name, std::string_view what) {
      reported.append(name).append(": ").append(what).append(";");
    });
  }
  ~ShieldedTest() override { DisarmFaults(); }

  template <typename Round>
  absl::Status Run(Task<Round> round) {
    boost::asio::io_context context;
    auto end = boost::asio::co_spawn(context, Shielded("round", std::move(round)), boost::asio::use_future);
    context.run();
    return end.get();
  }
};

Task<void> Quiet() { co_return; }
Task<void> Throwing() {
  throw std::runtime_error("out of luck");
  co_return;
}
Task<void> ThrowingAnything() {
  throw 7;
  co_return;
}
Task<absl::Status> Failing() { co_return absl::NotFoundError("nothing here"); }

TEST_F(ShieldedTest, PassesOnHowARoundEnds) {
  EXPECT_TRUE(Run(Quiet()).ok());
  EXPECT_TRUE(absl::IsNotFound(Run(Failing())));
  EXPECT_EQ(reported, "");
}

TEST_F(ShieldedTest, ReportsWhatIsThrown) {
  EXPECT_TRUE(absl::IsInternal(Run(Throwing())));
  EXPECT_TRUE(absl::IsInternal(Run(ThrowingAnything())));
  EXPECT_EQ(reported, "round: out of luck;round: something;");
}

TEST_F(ShieldedTest, IsAFaultPoint) {
  ASSERT_TRUE(ArmFaults("round=throw:1").ok());
  EXPECT_TRUE(absl::IsInternal(Run(Failing())));
  EXPECT_TRUE(absl::IsNotFound(Run(Failing())));
}

}  // namespace
}  // namespace plexus
