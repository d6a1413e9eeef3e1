#include "common/json/utf8.h"

#include <gtest/gtest.h>

namespace plexus::json {
namespace {

TEST(Utf8Test, AcceptsWellFormedText) {
  for (std::string_view text :
       {"", "abc", "\xc3\xa9", "\xe6\x97\xa5", "\xf0\x9f\x98\x80", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
}

TEST(Utf8Test, RefusesIllFormedBytes) {
  for (std::string_view text :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe6\x97", "\xc3(", "a\xf0\x9f\x98"}) {
    EXPECT_FALSE(IsUtf8(text));
  }
}

}  // namespace
}  // namespace plexus::json
