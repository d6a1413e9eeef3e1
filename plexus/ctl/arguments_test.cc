#include "plexus/ctl/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plexus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ArgumentsTest, ReadsOptionsSwitchesAndWords) {
  absl::StatusOr<Arguments> arguments =
      ParseArguments({"add", "--rpc=unix:/a", "file", "--timeout", "5", "--json"}, {"rpc", "timeout"}, {"json"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_THAT(arguments->positional, ElementsAre("add", "file"));
  EXPECT_EQ(arguments->Get("rpc"), "unix:/a");
  EXPECT_EQ(arguments->Get("timeout"), "5");
  EXPECT_TRUE(arguments->Has("json"));
  EXPECT_EQ(arguments->Get("absent", "else"), "else");
}

TEST(ArgumentsTest, SaysWhatIsAllowed) {
  const absl::Status unknown = ParseArguments({"--rcp=x"}, {"rpc"}, {"json"}).status();
  EXPECT_EQ(unknown.message(), "unknown option --rcp; allowed: --json, --rpc");
  EXPECT_THAT(std::string(ParseArguments({"--rpc"}, {"rpc"}).status().message()), HasSubstr("needs a value"));
  EXPECT_FALSE(ParseArguments({"--json=yes"}, {"rpc"}, {"json"}).ok());
  EXPECT_THAT(std::string(ParseArguments({}, {})->Require("rpc").status().message()), HasSubstr("--rpc is missing"));
}

TEST(ArgumentsTest, TellsWrongArgumentsFromOtherFailures) {
  EXPECT_EQ(ExitCode(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCode(absl::InvalidArgumentError("the server's")), 1);
  EXPECT_EQ(ExitCode(ParseArguments({"--x"}, {}).status()), 2);
}

}  // namespace
}  // namespace plexus
