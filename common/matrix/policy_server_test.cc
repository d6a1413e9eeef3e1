#include "common/matrix/policy_server.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/matrix/base64.h"
#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

bool Joined(std::string_view server) { return server == "policy.org"; }

class PolicyServerTest : public testing::Test {
 protected:
  std::optional<PolicyServer> ServerOf(std::string_view content, std::string_view state_key = "") {
    const Event policy = room_.Make(kRoomPolicy, std::string(state_key), "@a:one", content);
    return PolicyServerOf(&policy, Joined);
  }
  std::string Content(std::string_view via, std::string_view key) {
    return absl::StrCat(R"({"via":")", via, R"(","public_keys":{"ed25519":")", key, R"("}})");
  }

  TestRoom room_{"12"};
  const SigningKey key_ = SigningKey::FromSeed("policy_server", std::string(kEd25519SeedBytes, 'p')).value();
};

TEST_F(PolicyServerTest, IsWhatTheRoomNamesIfItIsThere) {
  const std::string key = key_.public_key_base64();
  const std::optional<PolicyServer> server = ServerOf(Content("policy.org", key));
  ASSERT_TRUE(server);
  EXPECT_EQ(server->name, "policy.org");
  EXPECT_EQ(server->public_key, key_.public_key());
  EXPECT_FALSE(ServerOf(Content("elsewhere.org", key))) << "nobody of that server is joined";
  EXPECT_FALSE(ServerOf(Content("policy.org", key), "x"));
  for (const std::string& content :
       {std::string("{}"), Content("policy.org", "short"), Content("policy.org", "!"), std::string(R"({"via":1})"),
        std::string(R"({"via":"policy.org"})"), std::string(R"({"via":"policy.org","public_keys":{}})")}) {
    EXPECT_FALSE(ServerOf(content)) << content;
  }
  EXPECT_FALSE(PolicyServerOf(nullptr, Joined));
}

TEST_F(PolicyServerTest, RecommendsWhatItSigned) {
  const PolicyServer server{"policy.org", std::string(key_.public_key())};
  const Event message = room_.Make(kRoomMessage, std::nullopt, "@a:one", "{}");
  EXPECT_FALSE(IsRecommended(message, server));
  EXPECT_TRUE(IsRecommended(AddSignature(message, "policy.org", key_).value(), server));
  EXPECT_FALSE(IsRecommended(AddSignature(message, "other.org", key_).value(), server));
  const SigningKey other = SigningKey::FromSeed("policy_server", std::string(kEd25519SeedBytes, 'o')).value();
  EXPECT_FALSE(IsRecommended(AddSignature(message, "policy.org", other).value(), server));
  EXPECT_TRUE(IsRecommended(room_.Make(kRoomPolicy, "", "@a:one", "{}"), server)) << "needs no signature";
  EXPECT_FALSE(IsRecommended(room_.Make(kRoomPolicy, "x", "@a:one", "{}"), server));
}

}  // namespace
}  // namespace plexus::matrix
