#include "common/http/uri.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plexus::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(PercentDecode, DecodesAndLeavesPlusAlone) {
  EXPECT_EQ(*PercentDecode("%21room%3aserver+a%C3%a9"), "!room:server+a\xC3\xA9");
  EXPECT_EQ(*PercentDecode("%252F"), "%2F");
  EXPECT_EQ(*PercentDecode("%F0%9F%98%80"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(*PercentDecode(""), "");
}

TEST(PercentDecode, RefusesMalformedSequencesNulAndBadUtf8) {
  for (const char* bad : {"%", "%2", "%zz", "%2g", "a%", "%00", "%FF", "%C3", "%C0%80", "%ED%A0%80", "%F4%90%80%80",
                          "%E2%82", "\xFF", "%80"}) {
    EXPECT_FALSE(PercentDecode(bad).ok()) << bad;
  }
}

TEST(PercentEncode, IsUndoneByDecoding) {
  std::string all;
  for (int c = 1; c < 128; ++c) all.push_back(static_cast<char>(c));
  all += "\xC3\xA9";
  EXPECT_EQ(*PercentDecode(PercentEncode(all)), all);
  EXPECT_EQ(PercentEncode("a/b c~!é"), "a%2Fb%20c~%21%C3%A9");
}

TEST(ParseQuery, KeepsOrderAndRepetitions) {
  const auto query = ParseQuery("via=a.org&limit=10&&via=b%2Eorg&flag&empty=&a+b=c%2B+d&=x");
  ASSERT_TRUE(query.ok());
  EXPECT_THAT(query->all(), ElementsAre(Pair("via", "a.org"), Pair("limit", "10"), Pair("via", "b.org"),
                                        Pair("flag", ""), Pair("empty", ""), Pair("a b", "c+ d"), Pair("", "x")));
  EXPECT_THAT(query->GetAll("via"), ElementsAre("a.org", "b.org"));
  EXPECT_EQ(query->Get("limit"), "10");
  EXPECT_FALSE(query->Has("Limit"));
  EXPECT_TRUE(ParseQuery("")->all().empty());
}

TEST(ParseQuery, RefusesWhatItCannotDecodeAndTooMuch) {
  EXPECT_FALSE(ParseQuery("a=%FF").ok());
  EXPECT_FALSE(ParseQuery("%=a").ok());
  std::string many;
  for (size_t i = 0; i < kMaxQueryParameters; ++i) many += "a&";
  EXPECT_TRUE(ParseQuery(many).ok());
  EXPECT_FALSE(ParseQuery(many + "a").ok());
}

}  // namespace
}  // namespace plexus::http
