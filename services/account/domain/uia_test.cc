#include "services/account/domain/uia.h"

#include <gtest/gtest.h>

#include "common/base/matrix_error.h"
#include "common/json/parse.h"

namespace plexus::account {
namespace {

const UiaFlows kFlows = {{"a", "b"}, {"a", "c"}};

TEST(Uia, IsCompleteWhenAllStagesOfOneFlowAre) {
  EXPECT_FALSE(IsComplete(kFlows, {}));
  EXPECT_FALSE(IsComplete(kFlows, {"a"}));
  EXPECT_FALSE(IsComplete(kFlows, {"b", "c"}));
  EXPECT_TRUE(IsComplete(kFlows, {"a", "c"}));
}

TEST(Uia, StagesComeInOrder) {
  EXPECT_TRUE(IsNextStage(kFlows, {}, "a"));
  EXPECT_FALSE(IsNextStage(kFlows, {}, "b"));
  EXPECT_TRUE(IsNextStage(kFlows, {"a"}, "b"));
  EXPECT_TRUE(IsNextStage(kFlows, {"a"}, "c"));
  EXPECT_FALSE(IsNextStage(kFlows, {"a"}, "a"));
  EXPECT_FALSE(IsNextStage(kFlows, {}, "x"));
}

TEST(Uia, FirstChallengeHasNoErrcode) {
  MatrixError error = FromStatus(Challenge(kFlows, "s1", {}));
  EXPECT_EQ(error.http_status, 401);
  EXPECT_EQ(error.errcode, "");
  EXPECT_EQ(error.extra_json, R"({"flows":[{"stages":["a","b"]},{"stages":["a","c"]}],"params":{},"session":"s1"})");
}

TEST(Uia, FailedStageSaysWhyAndWhatWasDone) {
  MatrixError error = FromStatus(Challenge({{"a", "b"}}, "s1", {"a"}, errors::Forbidden("Wrong")));
  EXPECT_EQ(error.http_status, 401);
  EXPECT_EQ(error.errcode, "M_FORBIDDEN");
  EXPECT_EQ(error.message, "Wrong");
  EXPECT_EQ(error.extra_json, R"({"flows":[{"stages":["a","b"]}],"params":{},"session":"s1","completed":["a"]})");
}

TEST(Uia, TakesAuthOutOfTheBody) {
  json::Object body = *json::ParseObject(R"({"x":1,"auth":{"type":"t","session":"s","token":"k"}})");
  auto auth = TakeAuth(body);
  ASSERT_TRUE(auth.ok() && auth->has_value());
  EXPECT_EQ((*auth)->type, "t");
  EXPECT_EQ((*auth)->session, "s");
  EXPECT_TRUE((*auth)->data.contains("token"));
  EXPECT_FALSE(body.contains("auth"));
  EXPECT_FALSE(TakeAuth(body)->has_value());
  json::Object wrong = *json::ParseObject(R"({"auth":"x"})");
  EXPECT_EQ(FromStatus(TakeAuth(wrong).status()).errcode, "M_BAD_JSON");
}

TEST(Uia, OperationDependsOnEveryPart) {
  const std::string operation = UiaOperation("DELETE", "@a:x", {"D1", "D2"});
  EXPECT_EQ(operation, UiaOperation("DELETE", "@a:x", {"D1", "D2"}));
  EXPECT_NE(operation, UiaOperation("POST", "@a:x", {"D1", "D2"}));
  EXPECT_NE(operation, UiaOperation("DELETE", "@b:x", {"D1", "D2"}));
  EXPECT_NE(operation, UiaOperation("DELETE", "@a:x", {"D1D2"}));
  EXPECT_NE(operation, UiaOperation("DELETE", "@a:x", {"D1"}));
}

}  // namespace
}  // namespace plexus::account
