#include "common/matrix/ids.h"

#include <gtest/gtest.h>

#include <string>

#include "common/base/matrix_error.h"

namespace plexus::matrix {
namespace {

TEST(IdsTest, KnowsServerNames) {
  for (std::string_view name : {"matrix.org", "matrix.org:8888", "1.2.3.4", "1.2.3.4:1234", "[1234:5678::abcd]",
                                "[1234:5678::abcd]:5678", "localhost", "UPPER.example", "a-b.c"}) {
    EXPECT_TRUE(IsValidServerName(name)) << name;
  }
  for (std::string_view name :
       {"", ":80", "matrix.org:", "matrix.org:123456", "matrix.org:8a", "under_score", "a b", "1.2.3", "1.2.3.400",
        "[::1", "::1", "[xyz]", "[::1]x", "[::1]:", "a:1:2", "\xc3\xa9.org"}) {
    EXPECT_FALSE(IsValidServerName(name)) << name;
  }
}

TEST(IdsTest, TakesPortsOffAndKnowsIpLiterals) {
  struct Case {
    std::string_view server, host;
    bool literal;
  };
  const Case cases[] = {
      {"matrix.org", "matrix.org", false},
      {"matrix.org:8448", "matrix.org", false},
      {"1.2.3.4", "1.2.3.4", true},
      {"1.2.3.4:1", "1.2.3.4", true},
      {"[::1]", "[::1]", true},
      {"[2001:db8::1]:8448", "[2001:db8::1]", true},
      {"1.2.3.4.example", "1.2.3.4.example", false},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(HostOf(test.server), test.host);
    EXPECT_EQ(IsIpLiteral(test.host), test.literal) << test.host;
  }
  for (std::string_view host : {"", "[", "[]", "[::1", "::1", "1.2.3"}) EXPECT_FALSE(IsIpLiteral(host)) << host;
  EXPECT_EQ(HostOf("[::1"), "[::1");
}

TEST(IdsTest, EventIdsOfOldRoomVersionsHaveADomain) {
  EXPECT_TRUE(IsDomainEventId("$143273582443PhrSn:example.org"));
  EXPECT_TRUE(IsDomainEventId("$x:[::1]:8448"));
  for (std::string_view id : {"", "$", "$x", "x:example.org", "$x:", "!x:example.org", "$x:a b"}) {
    EXPECT_FALSE(IsDomainEventId(id)) << id;
  }
}

TEST(IdsTest, AcceptsHistoricalUserIds) {
  for (std::string_view id : {"@alice:example.org", "@Alice Liddell:example.org", "@:example.org", "@\xc3\xa9:a:1"}) {
    EXPECT_TRUE(IsValidUserId(id)) << id;
  }
  for (std::string_view id : {"", "@", "alice:example.org", "@alice", "@alice:", "#alice:example.org", "@\xff:a"}) {
    EXPECT_FALSE(IsValidUserId(id)) << id;
  }
  EXPECT_FALSE(IsValidUserId(std::string_view("@a\0b:c", 6)));
}

TEST(IdsTest, NewUsersHaveAStrictGrammar) {
  EXPECT_EQ(NewUserId("a.z_0=9-/+", "example.org").value(), "@a.z_0=9-/+:example.org");
  for (std::string_view localpart : {"", "Alice", "a b", "\xc3\xa9", "a:b", "a*"}) {
    EXPECT_EQ(FromStatus(NewUserId(localpart, "example.org").status()).errcode, "M_INVALID_USERNAME") << localpart;
  }
}

TEST(IdsTest, LimitsIdsTo255Bytes) {
  const std::string fits(kMaxIdBytes - 3, 'a');
  EXPECT_TRUE(NewUserId(fits, "b").ok());
  EXPECT_FALSE(NewUserId(fits + "a", "b").ok());
  EXPECT_TRUE(IsValidUserId("@" + fits + ":b"));
  EXPECT_FALSE(IsValidUserId("@" + fits + "a:b"));
  EXPECT_FALSE(IsValidRoomAlias("#" + fits + "a:b"));
  EXPECT_FALSE(IsValidEventId("$" + fits + "aaa"));
}

TEST(IdsTest, RoomIdsHaveADomainOrAreHashes) {
  EXPECT_TRUE(IsValidRoomId("!abc:example.org"));
  EXPECT_TRUE(IsValidRoomId("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM"));
  EXPECT_TRUE(IsDomainlessRoomId("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM"));
  EXPECT_FALSE(IsDomainlessRoomId("!abc:example.org"));
  for (std::string_view id : {"!abc", "!", "", "!abc:", "#abc:example.org"}) EXPECT_FALSE(IsValidRoomId(id)) << id;
}

TEST(IdsTest, TakesIdsApart) {
  EXPECT_EQ(Localpart("@alice:example.org:8448"), "alice");
  EXPECT_EQ(ServerName("@alice:example.org:8448"), "example.org:8448");
  EXPECT_EQ(Localpart("!hash"), "hash");
  EXPECT_EQ(ServerName("!hash"), "");
  EXPECT_EQ(Localpart(""), "");
}

TEST(IdsTest, KnowsTheGrammarOfRoomVersions) {
  EXPECT_TRUE(IsValidRoomVersionId("12"));
  EXPECT_TRUE(IsValidRoomVersionId("org.example.1-beta"));
  for (std::string_view id : {"", "A", "1_2", "123456789012345678901234567890123"})
    EXPECT_FALSE(IsValidRoomVersionId(id));
}

}  // namespace
}  // namespace plexus::matrix
