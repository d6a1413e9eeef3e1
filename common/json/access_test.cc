#include "common/json/access.h"

#include <gtest/gtest.h>

#include "common/base/matrix_error.h"
#include "common/json/parse.h"

namespace plexus::json {
namespace {

Object Sample() {
  return ParseObject(R"({"s":"text","i":7,"b":false,"o":{"k":1},"a":["x","y"],"n":null,"mixed":["x",1],"f":1.0})")
      .value();
}

std::string ErrorOf(const absl::Status& status) {
  const MatrixError error = FromStatus(status);
  return error.errcode + ": " + error.message;
}

TEST(AccessTest, GetFindsOnlyTheRightType) {
  const Object object = Sample();
  EXPECT_EQ(GetString(object, "s"), "text");
  EXPECT_FALSE(GetString(object, "i"));
  EXPECT_FALSE(GetString(object, "absent"));
  EXPECT_EQ(GetInt(object, "i"), 7);
  EXPECT_FALSE(GetInt(object, "f"));
  EXPECT_EQ(GetBool(object, "b"), false);
  EXPECT_FALSE(GetBool(object, "i"));
  EXPECT_EQ(GetInt(*GetObject(object, "o"), "k"), 1);
  EXPECT_EQ(GetObject(object, "a"), nullptr);
  EXPECT_EQ(GetArray(object, "o"), nullptr);
}

TEST(AccessTest, RequireTellsAbsenceFromAWrongType) {
  const Object object = Sample();
  EXPECT_EQ(RequireString(object, "s").value(), "text");
  EXPECT_EQ(ErrorOf(RequireString(object, "absent").status()), "M_MISSING_PARAM: Missing 'absent'");
  EXPECT_EQ(ErrorOf(RequireString(object, "i").status()), "M_BAD_JSON: 'i' must be a string");
  EXPECT_EQ(RequireInt(object, "i").value(), 7);
  EXPECT_EQ(RequireBool(object, "b").value(), false);
  EXPECT_EQ(RequireObject(object, "o").value()->size(), 1u);
  EXPECT_EQ(RequireArray(object, "a").value()->size(), 2u);
  EXPECT_EQ(ErrorOf(RequireObject(object, "n").status()), "M_BAD_JSON: 'n' must be an object");
}

TEST(AccessTest, OptionalAllowsAbsenceAndNull) {
  const Object object = Sample();
  EXPECT_EQ(OptionalString(object, "s").value(), "text");
  EXPECT_EQ(OptionalString(object, "absent").value(), std::nullopt);
  EXPECT_EQ(OptionalString(object, "n").value(), std::nullopt);
  EXPECT_EQ(ErrorOf(OptionalInt(object, "s").status()), "M_BAD_JSON: 's' must be an integer");
  EXPECT_EQ(OptionalBool(object, "b").value(), false);
  EXPECT_EQ(OptionalObject(object, "n").value(), nullptr);
  EXPECT_EQ(OptionalStrings(object, "a").value(), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(OptionalStrings(object, "absent").value(), std::nullopt);
  EXPECT_EQ(ErrorOf(OptionalStrings(object, "mixed").status()), "M_BAD_JSON: 'mixed' must be an array of strings");
}

}  // namespace
}  // namespace plexus::json
