#include "common/platform/appservice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/platform/config.h"

namespace plexus::platform {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kBridge[] = R"(
id: bridge
url: "http://127.0.0.1:1234/"
as_token: from-bridge
hs_token: to-bridge
sender_localpart: _irc_bot
namespaces:
  users: [{exclusive: true, regex: "@_irc_.*:example\\.org"}]
  aliases: [{exclusive: false, regex: "#_irc_.*", group_id: unknown}]
rate_limited: false
protocols: [irc]
org.example.unknown: true
)";

std::string ErrorOf(const std::string& yaml) {
  absl::StatusOr<Appservice> read = ParseAppservice(yaml, "bridge.yaml");
  return read.ok() ? "accepted" : std::string(read.status().message());
}

// The error of kBridge with `from` replaced by `to`.
std::string ErrorWith(std::string_view from, std::string_view to) {
  const std::string changed = absl::StrReplaceAll(kBridge, {{from, to}});
  EXPECT_NE(changed, kBridge) << from;
  return ErrorOf(changed);
}

TEST(AppserviceTest, ReadsARegistrationWhateverElseItHas) {
  absl::StatusOr<Appservice> read = ParseAppservice(kBridge, "bridge.yaml");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->id, "bridge");
  EXPECT_EQ(read->url, "http://127.0.0.1:1234");
  EXPECT_EQ(read->as_token, "from-bridge");
  EXPECT_EQ(read->hs_token, "to-bridge");
  EXPECT_EQ(read->sender_localpart, "_irc_bot");
  EXPECT_FALSE(read->rate_limited);
  EXPECT_FALSE(read->receive_ephemeral);
  EXPECT_THAT(read->protocols, ElementsAre("irc"));
  ASSERT_EQ(read->users.size(), 1u);
  EXPECT_TRUE(read->users[0].exclusive);
  ASSERT_EQ(read->aliases.size(), 1u);
  EXPECT_FALSE(read->aliases[0].exclusive);
  EXPECT_TRUE(read->rooms.empty());
}

TEST(AppserviceTest, ANamespaceMatchesWholeIds) {
  absl::StatusOr<Appservice> read = ParseAppservice(kBridge, "bridge.yaml");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->users[0].Matches("@_irc_alice:example.org"));
  EXPECT_FALSE(read->users[0].Matches("@_irc_alice:example.org.evil"));
  EXPECT_FALSE(read->users[0].Matches("@_irc_alice:exampleXorg"));
  EXPECT_FALSE(read->users[0].Matches("x@_irc_alice:example.org"));
}

TEST(AppserviceTest, AUrlMayBeNull) {
  for (std::string_view none : {"null", "~", "''"}) {
    absl::StatusOr<Appservice> read =
        ParseAppservice(absl::StrReplaceAll(kBridge, {{"\"http://127.0.0.1:1234/\"", none}}), "bridge.yaml");
    ASSERT_TRUE(read.ok()) << none << read.status();
    EXPECT_EQ(read->url, "");
  }
}

TEST(AppserviceTest, EachRequiredKeyIsMissed) {
  for (std::string_view key : {"id", "url", "as_token", "hs_token", "sender_localpart", "namespaces"}) {
    EXPECT_THAT(ErrorWith(absl::StrCat("\n", key, ":"), absl::StrCat("\nother_", key, ":")),
                HasSubstr(absl::StrCat("bridge.yaml: ", key, " is missing; allowed: ")));
  }
  EXPECT_THAT(ErrorWith("exclusive: true, ", ""),
              HasSubstr("bridge.yaml: namespaces: users[0]: exclusive is missing; allowed: true or false"));
  EXPECT_THAT(ErrorWith(", regex: \"#_irc_.*\"", ""), HasSubstr("aliases[0]: regex is missing"));
}

TEST(AppserviceTest, ErrorsNameFileKeyValueAndWhatIsAllowed) {
  EXPECT_THAT(
      ErrorWith("\"http://127.0.0.1:1234/\"", "ftp://a"),
      HasSubstr("bridge.yaml: url is \"ftp://a\"; allowed: a URL that starts with https:// or http://, or null"));
  EXPECT_THAT(ErrorWith("\"http://127.0.0.1:1234/\"", "'http://'"), HasSubstr("url is \"http://\""));
  EXPECT_THAT(ErrorWith("_irc_bot", "'a:b'"), HasSubstr("sender_localpart is \"a:b\"; allowed: "));
  EXPECT_THAT(ErrorWith("_irc_bot", "'@a'"), HasSubstr("sender_localpart is \"@a\"; allowed: "));
  EXPECT_THAT(ErrorWith("\"#_irc_.*\"", "'#(a'"),
              HasSubstr("aliases[0]: regex is \"#(a\" (missing ): #(a); allowed: "));
  EXPECT_THAT(ErrorWith("exclusive: true", "exclusive: perhaps"),
              HasSubstr("exclusive is \"perhaps\"; allowed: true or"));
  EXPECT_THAT(ErrorWith("rate_limited: false", "rate_limited: 1"),
              HasSubstr("rate_limited is \"1\"; allowed: true or"));
  EXPECT_THAT(ErrorWith("[irc]", "irc"), HasSubstr("protocols is \"irc\"; allowed: a list of texts"));
  EXPECT_THAT(ErrorWith("[{exclusive: true, ", "[no, {exclusive: true, "),
              HasSubstr("users[0]: is \"no\"; allowed: a mapping"));
}

TEST(AppserviceTest, ErrorsKeepTokensSecret) {
  EXPECT_THAT(ErrorWith("from-bridge", "''"), HasSubstr("as_token is \"\"; allowed: a text that is not empty"));
  EXPECT_THAT(ErrorWith("from-bridge", "[from-bridge]"), Not(HasSubstr("from-bridge")));
}

TEST(AppserviceTest, RefusesWhatIsNoMapping) {
  EXPECT_THAT(ErrorOf("a: [b"), HasSubstr("bridge.yaml: not valid YAML"));
  EXPECT_THAT(ErrorOf("just text"), HasSubstr("bridge.yaml: is \"just text\"; allowed: a mapping"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("id is missing"));
}

TEST(AppserviceTest, ExpressionsThatNeedTooMuchMemoryAreRefused) {
  EXPECT_THAT(ErrorWith("\"#_irc_.*\"", "'((a{100}){100}){100}'"), HasSubstr("regex is \"((a{100}){100}){100}\""));
}

class AppserviceFilesTest : public ::testing::Test {
 protected:
  AppserviceFilesTest() : directory_(mkdtemp(std::string("/tmp/plexus-appservice-XXXXXX").data())) {}
  ~AppserviceFilesTest() override { std::filesystem::remove_all(directory_); }

  std::string Write(const std::string& name, const std::string& id, const std::string& token) {
    std::string path = absl::StrCat(directory_, "/", name);
    std::ofstream(path) << absl::StrReplaceAll(kBridge, {{"id: bridge", "id: " + id}, {"from-bridge", token}});
    return path;
  }
  std::string PathOf(std::string_view name) const { return absl::StrCat(directory_, "/", name); }

  const std::string directory_;
};

std::vector<std::string> Ids(const std::vector<Appservice>& all) {
  std::vector<std::string> ids;
  for (const Appservice& each : all) ids.push_back(each.id);
  return ids;
}

std::string ErrorOfFiles(const std::vector<std::string>& patterns) {
  absl::StatusOr<std::vector<Appservice>> read = LoadAppservices(patterns);
  return read.ok() ? "accepted" : std::string(read.status().message());
}

TEST_F(AppserviceFilesTest, PatternsAndPathsAreReadOnceEachInOrder) {
  const std::string last = Write("z.yaml", "z", "1");
  Write("a.yaml", "a", "2");
  Write("b.txt", "b", "3");
  absl::StatusOr<std::vector<Appservice>> read = LoadAppservices({last, PathOf("*.yaml")});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(Ids(*read), ElementsAre("z", "a"));
}

TEST_F(AppserviceFilesTest, APatternMayMatchNothingAndAPathMayNot) {
  EXPECT_EQ(ErrorOfFiles({PathOf("*.yaml")}), "accepted");
  EXPECT_EQ(ErrorOfFiles({PathOf("nowhere/*.yaml")}), "accepted");
  EXPECT_THAT(ErrorOfFiles({PathOf("none.yaml")}), HasSubstr("none.yaml\"; allowed: files that can be read"));
  EXPECT_THAT(ErrorOfFiles({directory_}), HasSubstr("allowed: files that can be read"));
}

TEST_F(AppserviceFilesTest, FilesAreBounded) {
  std::ofstream(PathOf("large.yaml")) << std::string(kMaxAppserviceFileBytes + 1, '#');
  EXPECT_THAT(ErrorOfFiles({PathOf("large.yaml")}), HasSubstr("1 to 1048576 bytes"));
}

TEST_F(AppserviceFilesTest, IdsAndTokensAreUnique) {
  Write("a.yaml", "a", "t0ken");
  Write("b.yaml", "a", "other");
  EXPECT_THAT(ErrorOfFiles({PathOf("*.yaml")}), HasSubstr("b.yaml: id is \"a\", as in " + PathOf("a.yaml")));
  Write("b.yaml", "b", "t0ken");
  EXPECT_THAT(ErrorOfFiles({PathOf("*.yaml")}), HasSubstr("b.yaml: as_token is the same, as in " + PathOf("a.yaml")));
  EXPECT_THAT(ErrorOfFiles({PathOf("*.yaml")}), Not(HasSubstr("t0ken")));
}

TEST_F(AppserviceFilesTest, ATenantsConfigurationNamesThem) {
  Write("a.yaml", "a", "1");
  const std::string tenant = "{server_name: example.org, appservice_files: ['" + PathOf("*.yaml") + "']}";
  absl::StatusOr<Config> config = ParseConfig("tenants: [" + tenant + "]", "plexus.yaml");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(Ids(config->tenants[0].appservices), ElementsAre("a"));

  std::ofstream(PathOf("b.yaml")) << "id: 7";
  config = ParseConfig("tenants: [" + tenant + "]", "plexus.yaml");
  EXPECT_THAT(config.status().message(),
              HasSubstr("plexus.yaml: tenants[0]: " + PathOf("b.yaml") + ": url is missing"));
}

}  // namespace
}  // namespace plexus::platform
