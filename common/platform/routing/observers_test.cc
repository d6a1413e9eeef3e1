#include "common/platform/routing/observers.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace plexus::platform {
namespace {

v1::Process Gateway(const std::string& id, const std::string& address = "127.0.0.1:1") {
  v1::Process process;
  process.set_id(id);
  process.set_address(address);
  process.add_roles("gateway");
  return process;
}

TEST(Observers, AreKnownForAWhileAfterTheyAsked) {
  FakeClock clock;
  Observers observers(clock);
  observers.Note(Gateway("b"));
  clock.Advance(Observers::kForgottenAfter / 2);
  observers.Note(Gateway("a"));
  observers.Note(Gateway("b", "127.0.0.1:2"));
  ASSERT_EQ(observers.Recent().size(), 2u);
  EXPECT_EQ(observers.Recent()[0].id(), "a");
  EXPECT_EQ(observers.Recent()[1].address(), "127.0.0.1:2");
  clock.Advance(Observers::kForgottenAfter);
  EXPECT_EQ(observers.Recent().size(), 2u);
  clock.Advance(absl::Nanoseconds(1));
  EXPECT_TRUE(observers.Recent().empty());
}

TEST(Observers, AreNotThoseWhoCannotBeCalled) {
  FakeClock clock;
  Observers observers(clock);
  observers.Note(v1::Process());
  observers.Note(Gateway("silent", ""));
  EXPECT_TRUE(observers.Recent().empty());
}

TEST(Observers, AreBounded) {
  FakeClock clock;
  Observers observers(clock);
  for (size_t i = 0; i < Observers::kMost + 10; ++i) observers.Note(Gateway(absl::StrCat(i)));
  EXPECT_EQ(observers.Recent().size(), Observers::kMost);
}

}  // namespace
}  // namespace plexus::platform
