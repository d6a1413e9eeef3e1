#include "common/storage/array.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "absl/strings/escaping.h"
#include "common/base/status_macros.h"
#include "common/storage/testing/test_database.h"

namespace plexus::storage {
namespace {

using testing::TestDatabase;

// What Postgres makes of an array literal: its elements, nullopt for NULL.
absl::StatusOr<std::vector<std::optional<std::string>>> ReadBack(TestDatabase& test, const std::string& literal,
                                                                 std::string_view sql) {
  auto read = [&](Session& session) -> absl::StatusOr<std::vector<std::optional<std::string>>> {
    PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(sql, literal));
    std::vector<std::optional<std::string>> elements;
    for (const auto& row : rows) {
      if (row[0].is_null()) elements.push_back(std::nullopt);
      if (!row[0].is_null()) elements.push_back(row[0].as<std::string>());
    }
    return elements;
  };
  return test.database().RunBlocking(test.schema(), read);
}

constexpr char kTexts[] = "SELECT t FROM unnest($1::text[]) WITH ORDINALITY AS u(t, n) ORDER BY n";

// Texts from the characters that matter to the syntax.
std::string RandomText(std::mt19937& random) {
  static const std::vector<std::string> kPieces = {"\"", "\\", "{", "}", ",", " ",  "NULL", "null", "'",    "\n",
                                                   "\t", "a",  "é", "😀", "",  "\r", "\\\"", "$1",   "\x7f", "E'"};
  std::string text;
  for (int length = random() % 8; length > 0; --length) text += kPieces[random() % kPieces.size()];
  return text;
}

TEST(Array, TextsComeBackAsTheyWere) {
  PLEXUS_TEST_DATABASE_WITH(test, {.migrated = false});
  std::mt19937 random(20240607);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> texts(random() % 6);
    for (std::string& text : texts) text = RandomText(random);
    auto back = ReadBack(test, TextArray(texts), kTexts);
    ASSERT_TRUE(back.ok()) << back.status();
    ASSERT_EQ(*back, (std::vector<std::optional<std::string>>(texts.begin(), texts.end()))) << TextArray(texts);
  }
}

TEST(Array, NullIsNotTheTextNull) {
  PLEXUS_TEST_DATABASE_WITH(test, {.migrated = false});
  std::vector<std::optional<std::string>> texts = {std::nullopt, "NULL", "", std::nullopt};
  auto back = ReadBack(test, NullableTextArray(texts), kTexts);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(*back, texts);
}

TEST(Array, BytesOfEveryValueComeBack) {
  PLEXUS_TEST_DATABASE_WITH(test, {.migrated = false});
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  std::vector<std::string> values = {all, "", std::string("\0", 1)};
  auto back = ReadBack(test, BytesArray(values),
                       "SELECT encode(t, 'hex') FROM unnest($1::bytea[]) WITH ORDINALITY AS u(t, n) ORDER BY n");
  ASSERT_TRUE(back.ok()) << back.status();
  ASSERT_EQ(back->size(), values.size());
  for (size_t i = 0; i < values.size(); ++i) EXPECT_EQ(absl::HexStringToBytes(*(*back)[i]), values[i]);
}

TEST(Array, NumbersAndBooleansComeBack) {
  PLEXUS_TEST_DATABASE_WITH(test, {.migrated = false});
  std::vector<int64_t> numbers = {0, -1, INT64_MAX, INT64_MIN};
  auto back = ReadBack(test, BigintArray(numbers), "SELECT unnest($1::bigint[])");
  ASSERT_TRUE(back.ok()) << back.status();
  ASSERT_EQ(back->size(), 4u);
  EXPECT_EQ((*back)[3], "-9223372036854775808");
  auto flags = ReadBack(test, BoolArray({true, false}), "SELECT unnest($1::boolean[])::text");
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_EQ((*flags)[0], "true");
  EXPECT_EQ((*flags)[1], "false");
  std::vector<std::optional<int64_t>> nullable = {7, std::nullopt};
  auto nulls = ReadBack(test, NullableBigintArray(nullable), "SELECT unnest($1::bigint[])");
  ASSERT_TRUE(nulls.ok()) << nulls.status();
  EXPECT_EQ((*nulls)[1], std::nullopt);
  EXPECT_TRUE(ReadBack(test, BigintArray({}), "SELECT unnest($1::bigint[])")->empty());
}

TEST(Array, ATextWithANulByteIsRefused) {
  PLEXUS_TEST_DATABASE_WITH(test, {.migrated = false});
  std::vector<std::string> texts = {std::string("a\0b", 3)};
  EXPECT_TRUE(absl::IsInvalidArgument(ReadBack(test, TextArray(texts), kTexts).status()));
}

}  // namespace
}  // namespace plexus::storage
