#include "gateway/render.h"

#include "common/base/matrix_error.h"
#include "gtest/gtest.h"

namespace plexus::gateway {
namespace {

TEST(RenderTest, GivesEveryAnswerTheCorsHeaders) {
  for (const http::Response& response :
       {JsonResponse(200, "{}"), ErrorResponse(errors::Forbidden("no")), PreflightResponse(),
        PrebuiltResponse(std::make_shared<const std::string>("{}")), RefusalResponse(413, "too large")}) {
    EXPECT_EQ(response.headers.Get("Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(response.headers.Get("Access-Control-Allow-Methods"), "GET, POST, PUT, DELETE, OPTIONS");
    EXPECT_EQ(response.headers.Get("Access-Control-Allow-Headers"), "X-Requested-With, Content-Type, Authorization");
    EXPECT_EQ(response.headers.Get("Content-Type"), "application/json");
  }
}

TEST(RenderTest, AppendsFurtherMembers) {
  EXPECT_EQ(ErrorResponse(errors::UnknownToken(true)).body,
            R"({"errcode":"M_UNKNOWN_TOKEN","error":"Unrecognised access token","soft_logout":true})");
}

TEST(RenderTest, LeavesOutAnEmptyErrcode) {
  const http::Response response = ErrorResponse(errors::Matrix(401, "", "", R"({"flows":[],"session":"s"})"));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.body, R"({"flows":[],"session":"s"})");
}

TEST(RenderTest, EscapesMessages) {
  EXPECT_EQ(ErrorResponse(errors::Forbidden("say \"no\"\n")).body,
            R"({"errcode":"M_FORBIDDEN","error":"say \"no\"\n"})");
}

TEST(RenderTest, TellsWhenToTryAgainInWholeSeconds) {
  const http::Response response = ErrorResponse(errors::LimitExceeded(absl::Milliseconds(1200)));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers.Get("Retry-After"), "2");
  EXPECT_NE(response.body.find(R"("retry_after_ms":1200)"), std::string::npos);
}

TEST(RenderTest, SaysNothingAboutTheInside) {
  const http::Response response = ErrorResponse(absl::InternalError("password of the database is x"));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body, R"({"errcode":"M_UNKNOWN","error":"Internal server error"})");
}

TEST(RenderTest, NamesWhatTheServerRefuses) {
  EXPECT_NE(RefusalResponse(413, "x").body.find("M_TOO_LARGE"), std::string::npos);
  EXPECT_EQ(RefusalResponse(431, "x").status, 431);
}

}  // namespace
}  // namespace plexus::gateway
