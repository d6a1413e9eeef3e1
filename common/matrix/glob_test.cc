#include "common/matrix/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace plexus::matrix {
namespace {

TEST(GlobTest, MatchesAsTheSpecificationSays) {
  struct Case {
    std::string_view pattern, text;
    bool matches;
  };
  const Case cases[] = {
      {"", "", true},
      {"", "a", false},
      {"a", "", false},
      {"a", "a", true},
      {"a", "b", false},
      {"a", "ab", false},
      {"?", "a", true},
      {"?", "", false},
      {"?", "ab", false},
      {"a?c", "abc", true},
      {"*", "", true},
      {"*", "anything", true},
      {"**", "x", true},
      {"a*", "a", true},
      {"a*", "abc", true},
      {"a*", "ba", false},
      {"*a", "ba", true},
      {"*a", "ab", false},
      {"*.evil", "x.evil", true},
      {"*.evil", "evil", false},
      {"a*b*c", "aXbYbZc", true},
      {"a*b*c", "aXbYbZ", false},
      {"*?*", "", false},
      {"*?*", "x", true},
      {"a*?b", "ab", false},
      {"a*?b", "aab", true},
      {"[a]", "a", false},
      {"a.c", "abc", false},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(GlobSubject(test.text).Matches(test.pattern), test.matches) << test.pattern << " on " << test.text;
  }
}

TEST(GlobTest, TakesTextsUpToItsLimit) {
  EXPECT_TRUE(GlobSubject(std::string(GlobSubject::kMaxBytes, 'x')).Matches("x*x"));
  EXPECT_TRUE(GlobSubject(std::string(GlobSubject::kMaxBytes, 'x')).Matches(std::string(GlobSubject::kMaxBytes, '?')));
  EXPECT_FALSE(GlobSubject(std::string(GlobSubject::kMaxBytes + 1, 'x')).Matches("*"));
}

// Trying one place after the other for each star would take longer than anybody waits: 255 choose 20 ways.
TEST(GlobTest, CostsNothingMoreForPatternsMadeToBeSlow) {
  std::string pattern;
  for (int i = 0; i < 20'000; ++i) pattern += "*a";
  pattern += "b";
  EXPECT_FALSE(GlobSubject(std::string(255, 'a')).Matches(pattern));
  std::string short_pattern;
  for (int i = 0; i < 40; ++i) short_pattern += "a*";
  EXPECT_FALSE(GlobSubject(std::string(255, 'a')).Matches(short_pattern + "b"));
  EXPECT_TRUE(GlobSubject(std::string(255, 'a')).Matches(short_pattern));
}

}  // namespace
}  // namespace plexus::matrix
