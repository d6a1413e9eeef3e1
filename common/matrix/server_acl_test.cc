#include "common/matrix/server_acl.h"

#include <gtest/gtest.h>

#include "common/json/parse.h"
#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

bool Allows(std::string_view content, std::string_view server) {
  return ServerAcl(json::ParseObject(content).value()).Allows(server);
}

TEST(ServerAclTest, AppliesItsListsInTheirOrder) {
  struct Case {
    std::string_view content, server;
    bool allowed;
  };
  constexpr std::string_view kUsual = R"({"allow":["*"],"deny":["*.evil.com","evil.com"],"allow_ip_literals":false})";
  const Case cases[] = {
      {"{}", "a.org", false},
      {R"({"allow":["*"]})", "a.org", true},
      {R"({"allow":["*"],"deny":["a.org"]})", "a.org", false},
      {R"({"allow":["a.org"],"deny":["*"]})", "a.org", false},
      {R"({"allow":["b.org"]})", "a.org", false},
      {kUsual, "good.com", true},
      {kUsual, "evil.com", false},
      {kUsual, "evil.com:8448", false},
      {kUsual, "very.evil.com:1234", false},
      {kUsual, "notevil.com", true},
      {kUsual, "EVIL.com", false},
      {R"({"allow":["*"],"deny":["EVIL.*"]})", "evil.com", false},
      {R"({"allow":["?.org"]})", "a.org:1", true},
      {R"({"allow":["?.org"]})", "ab.org", false},
      {R"({"allow":["a.org:8448"]})", "a.org:8448", false},
      {kUsual, "1.2.3.4", false},
      {kUsual, "1.2.3.4:8448", false},
      {kUsual, "[::1]", false},
      {kUsual, "[2001:db8::1]:8448", false},
      {R"({"allow":["*"]})", "1.2.3.4", true},
      {R"({"allow":["*"],"allow_ip_literals":true})", "[::1]:8448", true},
      {R"({"allow":["*"],"allow_ip_literals":"no"})", "1.2.3.4", true},
      {R"({"allow":["[2001:db8::*]"]})", "[2001:db8::1]:8448", true},
      {R"({"allow":["*"],"deny":["1.2.3.*"]})", "1.2.3.4:1", false},
      {R"({"allow":"*"})", "a.org", false},
      {R"({"allow":["*",7,null],"deny":{"a":1}})", "a.org", true},
      {R"({"allow":["*"]})", "", false},
      {R"({"allow":["*"]})", "no server", false},
      {R"({"allow":["*"]})", "a.org:port", false},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(Allows(test.content, test.server), test.allowed) << test.content << " for " << test.server;
  }
}

TEST(ServerAclTest, WithoutOneEverybodyTakesPart) {
  EXPECT_TRUE(ServerMayTakePart(nullptr, "a.org"));
  TestRoom room("12");
  room.SetState(kRoomServerAcl, R"({"allow":["b.org"]})");
  EXPECT_FALSE(ServerMayTakePart(room.Find(kRoomServerAcl, ""), "a.org"));
  EXPECT_TRUE(ServerMayTakePart(room.Find(kRoomServerAcl, ""), "b.org"));
}

}  // namespace
}  // namespace plexus::matrix
