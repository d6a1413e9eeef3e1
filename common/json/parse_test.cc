#include "common/json/parse.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/json/access.h"
#include "common/json/canonical.h"

namespace plexus::json {
namespace {

std::string ErrcodeOf(const absl::Status& status) { return status.ok() ? "" : FromStatus(status).errcode; }

TEST(ParseTest, ReadsEveryKindOfValue) {
  auto object = ParseObject(R"( {"s":"x","i":-3,"u":18446744073709551615,"d":1.5,"b":true,"n":null,"a":[1]} )");
  ASSERT_TRUE(object.ok()) << object.status();
  EXPECT_EQ(GetString(*object, "s"), "x");
  EXPECT_EQ(GetInt(*object, "i"), -3);
  EXPECT_FALSE(GetInt(*object, "u"));
  EXPECT_FALSE(GetInt(*object, "d"));
  EXPECT_EQ(GetBool(*object, "b"), true);
  EXPECT_EQ(GetArray(*object, "a")->size(), 1u);
}

TEST(ParseTest, RefusesWhatIsNotJson) {
  const std::string texts[] = {"",
                               "{",
                               "{} {}",
                               "{'a':1}",
                               "[1,]",
                               "nan",
                               "{\"a\":01}",
                               "\"\xff\"",
                               "\"\xc0\xaf\"",
                               "\"\xed\xa0\x80\"",
                               "\"\n\"",
                               "{\"a\" 1}",
                               "\"\\ud800\"",
                               "\"\\udc00\"",
                               "\"\\ud800\\u0041\"",
                               "\xef\xbb\xbf{}"};
  for (const std::string& text : texts) EXPECT_EQ(ErrcodeOf(Parse(text).status()), "M_NOT_JSON") << text;
}

TEST(ParseTest, AcceptsNulAndSurrogatePairsInStrings) {
  auto value = Parse(R"("a\u0000b\ud83d\ude00")");
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(*AsString(*value), std::string_view("a\0b\xf0\x9f\x98\x80", 7));
}

TEST(ParseTest, RefusesDeepNestingAtOnceAndAcceptsTheLimit) {
  EXPECT_EQ(ErrcodeOf(Parse(std::string(100'000, '[')).status()), "M_NOT_JSON");
  auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(Parse(nested(100)).ok());
  EXPECT_FALSE(Parse(nested(101)).ok());
  EXPECT_FALSE(Parse(nested(kMaxDepth + 1), {.max_depth = 1'000'000}).ok());
}

TEST(ParseTest, TheLastOfDuplicateKeysCounts) {
  auto object = ParseObject(R"({"a":1,"b":2,"a":3})");
  ASSERT_TRUE(object.ok());
  EXPECT_EQ(object->size(), 2u);
  EXPECT_EQ(GetInt(*object, "a"), 3);
}

TEST(ParseTest, ManyDuplicateKeysTakeLinearTime) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) absl::StrAppend(&text, R"("key)", i % 30, R"(":)", i, ",");
  text += R"("end":0})";
  const auto start = std::chrono::steady_clock::now();
  auto object = ParseObject(text);
  // Quadratic, this would be 4 * 10^10 comparisons, minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  ASSERT_TRUE(object.ok());
  EXPECT_EQ(object->size(), 31u);
  EXPECT_EQ(GetInt(*object, "key29"), 199'979);
}

TEST(ParseTest, HugeNumbersAreDoubles) {
  auto value = Parse("123456789012345678901234567890");
  ASSERT_TRUE(value.ok());
  EXPECT_TRUE(value->is_double());
  EXPECT_EQ(Serialize(*Parse("1e999999")), "1e999");
  EXPECT_TRUE(Parse("1" + std::string(100'000, '0')).ok());
}

TEST(ParseTest, RefusesWhatIsNoObject) {
  EXPECT_EQ(ErrcodeOf(ParseObject("[]").status()), "M_BAD_JSON");
  EXPECT_EQ(ErrcodeOf(ParseObject("").status()), "M_NOT_JSON");
}

TEST(ParseTest, TakesAnEmptyBodyForAnEmptyObjectOnlyWhenAsked) {
  EXPECT_TRUE(ParseObjectOrEmpty("")->empty());
  EXPECT_TRUE(ParseObjectOrEmpty(" \r\n")->empty());
  EXPECT_EQ(ParseObjectOrEmpty(R"({"a":1})")->size(), 1u);
  EXPECT_EQ(ErrcodeOf(ParseObjectOrEmpty("[]").status()), "M_BAD_JSON");
}

TEST(ParseTest, GrowOnlyDocumentsOutliveTheirParser) {
  absl::StatusOr<Object> object = absl::UnknownError("");
  {
    std::string text = R"({"a":{"b":"a string that is too long to be stored in place"}})";
    object = ParseObject(text, {}, GrowOnlyStorage());
  }
  EXPECT_EQ(Serialize(*object), R"({"a":{"b":"a string that is too long to be stored in place"}})");
}

// What the canonical writer prints of a double reads back as the same one: the numbers of events of old room versions.
TEST(ParseTest, ReadsDoublesToTheirLastBitWhenAsked) {
  const uint32_t seed = 20'261'120;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const ParseLimits exact{.exact_doubles = true};
  for (int i = 0; i < 5000; ++i) {
    const double number = std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 200) - 150);
    const std::string text = Canonical(Value(number), Floats::kKeep).value();
    const double again = Parse(text, exact)->get_double();
    EXPECT_EQ(again, number) << text;
    EXPECT_EQ(Canonical(Value(again), Floats::kKeep).value(), text);
  }
  EXPECT_EQ(Parse("0.1", exact)->get_double(), 0.1);
  EXPECT_TRUE(std::isinf(Parse("1e999", exact)->get_double()));
}

TEST(ParseTest, ReadsEverythingElseTheSameWhenExact) {
  const ParseLimits exact{.exact_doubles = true};
  const std::string_view text =
      R"( {"b":[1,[],{},-7,18446744073709551615],"a":{"x":null,"y":true,"z":false},"d":1.5,"d":2.5,"long \u00e9\n":"\ud83d\ude00 text"} )";
  EXPECT_EQ(Serialize(Parse(text, exact).value()), Serialize(Parse(text).value()));
  for (std::string_view bad :
       {"", "{", "[1,]", "1 2", "{\"a\":1}x", "\"\xff\"", "01", "\"\\ud800\"", "nul", "1.", "1e"}) {
    EXPECT_EQ(Parse(bad, exact).ok(), Parse(bad).ok()) << bad;
    EXPECT_FALSE(Parse(bad, exact).ok()) << bad;
  }
  EXPECT_FALSE(Parse("[[[1]]]", {.max_depth = 2, .exact_doubles = true}).ok());
  EXPECT_TRUE(Parse("[[1]]", {.max_depth = 2, .exact_doubles = true}).ok());
}

}  // namespace
}  // namespace plexus::json
