#include "gateway/router.h"

#include "common/base/matrix_error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plexus::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Router::Match::Kind;

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    Add("GET", "/v3/rooms/{room_id}/state/{type}/{state_key?}");
    Add("PUT", "/v3/rooms/{room_id}/state/{type}/{state_key?}");
    Add("GET", "/v3/directory/room/{alias}");
    Add("GET", "/v3/directory/list/room/{room_id}");
    Add("GET", "/v3/pushrules/");
    Add("GET", "/v3/pushrules/global/{kind}/{rule}/enabled");
    Add("GET", "/v3/a/fixed/x");
    Add("GET", "/v3/a/{variable}/y");
    Add("POST", "/v3/login");
  }
  void Add(std::string_view method, std::string_view pattern) {
    ASSERT_TRUE(router_.Add(method, pattern, next_++).ok()) << pattern;
  }
  Router::Match Find(std::string_view method, std::string_view path) {
    const auto match = router_.Find(method, path);
    EXPECT_TRUE(match.ok()) << match.status();
    return match.value_or(Router::Match());
  }
  Router router_;
  size_t next_ = 0;
};

TEST_F(RouterTest, DecodesVariablesAfterSplitting) {
  const Router::Match match = Find("GET", "/v3/rooms/%21a%3Ab/state/m.room.x/some%2Fkey");
  EXPECT_EQ(match.kind, Kind::kFound);
  EXPECT_EQ(match.endpoint, 0u);
  EXPECT_THAT(match.values, ElementsAre("!a:b", "m.room.x", "some/key"));
}

TEST_F(RouterTest, TakesAnOptionalVariableAsEmptyOrMissing) {
  EXPECT_THAT(Find("GET", "/v3/rooms/!a/state/t").values, ElementsAre("!a", "t"));
  EXPECT_THAT(Find("PUT", "/v3/rooms/!a/state/t/").values, ElementsAre("!a", "t"));
  EXPECT_EQ(Find("PUT", "/v3/rooms/!a/state/t/").endpoint, 1u);
}

TEST_F(RouterTest, FindsAPatternThatEndsInASlashWithoutItToo) {
  EXPECT_EQ(Find("GET", "/v3/pushrules/").endpoint, 4u);
  EXPECT_EQ(Find("GET", "/v3/pushrules").kind, Kind::kFound);
}

TEST_F(RouterTest, KnowsNoOtherTrailingSlash) {
  EXPECT_EQ(Find("POST", "/v3/login/").kind, Kind::kUnknownPath);
  EXPECT_EQ(Find("GET", "/v3/directory/room/").kind, Kind::kUnknownPath);
  EXPECT_EQ(Find("GET", "/v3//login").kind, Kind::kUnknownPath);
}

TEST_F(RouterTest, GoesBackToAVariableWhenTheFixedSegmentLeadsNowhere) {
  EXPECT_EQ(Find("GET", "/v3/a/fixed/x").endpoint, 6u);
  const Router::Match match = Find("GET", "/v3/a/fixed/y");
  EXPECT_EQ(match.endpoint, 7u);
  EXPECT_THAT(match.values, ElementsAre("fixed"));
  EXPECT_THAT(Find("GET", "/v3/a/fixed/x").values, IsEmpty());
}

TEST_F(RouterTest, FindsAFixedPathThatIsPercentEncoded) { EXPECT_EQ(Find("POST", "/v3/%6Cogin").kind, Kind::kFound); }

TEST_F(RouterTest, ListsTheMethodsOfAKnownPath) {
  const Router::Match match = Find("DELETE", "/v3/rooms/!a/state/t/k");
  EXPECT_EQ(match.kind, Kind::kOtherMethod);
  EXPECT_EQ(match.allow, "GET, HEAD, PUT, OPTIONS");
  EXPECT_EQ(Find("GET", "/v3/login").allow, "POST, OPTIONS");
}

TEST_F(RouterTest, TreatsHeadAsGet) { EXPECT_EQ(Find("HEAD", "/v3/pushrules/").kind, Kind::kFound); }

TEST_F(RouterTest, RefusesMalformedEncodingAndBadUtf8) {
  for (std::string_view path : {"/v3/%zz", "/v3/%", "/v3/%ff", "/v3/\xc3(", "/v3/a%00b"}) {
    const auto match = router_.Find("GET", path);
    ASSERT_FALSE(match.ok()) << path;
    EXPECT_EQ(FromStatus(match.status()).http_status, 400) << path;
    EXPECT_EQ(FromStatus(match.status()).errcode, "M_INVALID_PARAM") << path;
  }
}

TEST_F(RouterTest, BoundsTheNumberOfSegments) {
  std::string path;
  for (int i = 0; i < 10'000; ++i) path += "/a";
  EXPECT_EQ(Find("GET", path).kind, Kind::kUnknownPath);
  EXPECT_EQ(Find("GET", "").kind, Kind::kUnknownPath);
  EXPECT_EQ(Find("GET", "*").kind, Kind::kUnknownPath);
}

TEST_F(RouterTest, RefusesTwoEndpointsInOnePlace) {
  EXPECT_EQ(router_.Add("GET", "/v3/directory/room/{other_name}", 99).code(), absl::StatusCode::kAlreadyExists);
}

}  // namespace
}  // namespace plexus::gateway
