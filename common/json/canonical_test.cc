#include "common/json/canonical.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "common/base/matrix_error.h"
#include "common/json/access.h"
#include "common/json/parse.h"

namespace plexus::json {
namespace {

std::string ReadFile(const char* path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

absl::StatusOr<std::string> CanonicalText(std::string_view text, Floats floats = Floats::kWholeAsInteger) {
  return Canonical(Parse(text).value(), floats);
}

TEST(CanonicalTest, AgreesWithTheSpecificationsExamples) {
  const Value vectors = Parse(ReadFile("tests/vectors/canonical_json.json")).value();
  ASSERT_EQ(vectors.get_array().size(), 10u);
  for (const Value& vector : vectors.get_array()) {
    const std::string input = RequireString(vector.get_object(), "input").value();
    EXPECT_EQ(CanonicalText(input).value(), RequireString(vector.get_object(), "canonical").value());
  }
}

TEST(CanonicalTest, SortsKeysByCodePoint) {
  // U+FF61 comes before U+1F600, although its UTF-16 units come after.
  EXPECT_EQ(CanonicalText(R"({"\ud83d\ude00":1,"\uff61":2,"b":3,"a":4,"B":5,"":6})").value(),
            "{\"\":6,\"B\":5,\"a\":4,\"b\":3,\"\xef\xbd\xa1\":2,\"\xf0\x9f\x98\x80\":1}");
}

TEST(CanonicalTest, SortsLargeObjectsToo) {
  Object object;
  for (int i = 99; i >= 10; --i) object[std::to_string(i)] = i;
  const std::string text = Canonical(object).value();
  EXPECT_EQ(text.substr(0, 16), R"({"10":10,"11":11)");
  EXPECT_EQ(Serialize(Parse(text).value()), text);
}

TEST(CanonicalTest, EscapesAsLittleAsPossible) {
  EXPECT_EQ(CanonicalText(R"("\u0000\u0008\u0009\u000a\u000b\u000c\u000d\u001f\"\\\/\u007f\u00e9")").value(),
            "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/\x7f\xc3\xa9\"");
}

TEST(CanonicalTest, KnowsTheRangeOfIntegers) {
  EXPECT_EQ(CanonicalText("[9007199254740991,-9007199254740991]").value(), "[9007199254740991,-9007199254740991]");
  for (std::string_view text : {"9007199254740992", "-9007199254740992", "18446744073709551615", "1e300", "1e999"}) {
    EXPECT_EQ(FromStatus(CanonicalText(text).status()).errcode, "M_BAD_JSON") << text;
  }
}

TEST(CanonicalTest, RefusesFractions) {
  EXPECT_FALSE(CanonicalText(R"({"a":[1.5]})").ok());
  EXPECT_EQ(CanonicalText("2.0").value(), "2");
}

TEST(CanonicalTest, RefusesEveryFloatWhenAsked) {
  for (std::string_view text : {"2.0", "1e3", "1.5"}) EXPECT_FALSE(CanonicalText(text, Floats::kRefuse).ok()) << text;
  EXPECT_EQ(CanonicalText("-0", Floats::kRefuse).value_or("0"), "0");
}

TEST(CanonicalTest, KeepsNumbersAsPythonWritesThemWhenAsked) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"1.5", "1.5"},
      {"50.0", "50.0"},
      {"-2.25", "-2.25"},
      {"1e3", "1000.0"},
      {"1e15", "1000000000000000.0"},
      {"1e16", "1e+16"},
      {"1.25e20", "1.25e+20"},
      {"1e300", "1e+300"},
      {"0.0001", "0.0001"},
      {"0.00001", "1e-05"},
      {"0.1", "0.1"},
      {"0.0", "0.0"},
      {"9007199254740993", "9007199254740993"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"18446744073709551615", "18446744073709551615"},
      {"7", "7"},
  };
  for (const auto& [text, kept] : cases) EXPECT_EQ(CanonicalText(text, Floats::kKeep).value(), kept) << text;
  EXPECT_EQ(FromStatus(CanonicalText("1e999", Floats::kKeep).status()).errcode, "M_BAD_JSON");
}

TEST(CanonicalTest, RefusesWhatIsTooDeepToWalk) {
  Value value = 1;
  for (size_t i = 0; i <= kMaxDepth; ++i) value = Array({value});
  EXPECT_EQ(FromStatus(Canonical(value).status()).errcode, "M_BAD_JSON");
}

TEST(SerializeTest, KeepsTheOrderAndReadsBack) {
  const std::string_view text = R"({"b":[1,[],{}],"a":{"x":null,"y":true,"z":false},"d":1.5,"u":18446744073709551615})";
  EXPECT_EQ(Serialize(Parse(text).value()), text);
}

}  // namespace
}  // namespace plexus::json
