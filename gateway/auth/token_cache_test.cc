#include "gateway/auth/token_cache.h"

#include "gtest/gtest.h"

namespace plexus::gateway {
namespace {

CheckedToken TokenOf(std::string user, int64_t id) {
  CheckedToken token;
  token.requester.set_user_id(std::move(user));
  token.requester.set_token_id(id);
  return token;
}

class TokenCacheTest : public ::testing::Test {
 protected:
  void Put(std::string_view tenant, std::string_view token, int64_t id, int64_t now = 0) {
    cache_.Put(KeyOf(tenant, token), tenant, TokenOf(std::string(token), id), cache_.Ticket(), now);
  }
  bool Has(std::string_view tenant, std::string_view token, int64_t now = 0) {
    return cache_.Find(KeyOf(tenant, token), now).has_value();
  }
  TokenCache cache_{3, 100};
};

TEST_F(TokenCacheTest, FindsWhatWasPutUntilItIsTooOld) {
  Put("a.org", "x", 1);
  EXPECT_EQ(cache_.Find(KeyOf("a.org", "x"), 100)->requester.user_id(), "x");
  EXPECT_FALSE(Has("a.org", "x", 101));
  EXPECT_EQ(cache_.size(), 0u);
}

TEST_F(TokenCacheTest, KeepsTenantsApart) {
  Put("a.org", "x", 1);
  EXPECT_FALSE(Has("b.org", "x"));
  Put("b.org", "x", 1);
  cache_.Forget("a.org", 1);
  EXPECT_FALSE(Has("a.org", "x"));
  EXPECT_TRUE(Has("b.org", "x"));
}

TEST_F(TokenCacheTest, ForgetsTheLeastRecentlyUsed) {
  Put("a.org", "x", 1);
  Put("a.org", "y", 2);
  Put("a.org", "z", 3);
  EXPECT_TRUE(Has("a.org", "x"));
  Put("a.org", "w", 4);
  EXPECT_EQ(cache_.size(), 3u);
  EXPECT_FALSE(Has("a.org", "y"));
  EXPECT_TRUE(Has("a.org", "x"));
}

TEST_F(TokenCacheTest, ForgetsATenant) {
  Put("a.org", "x", 1);
  Put("a.org", "y", 2);
  Put("b.org", "z", 3);
  cache_.ForgetTenant("a.org");
  EXPECT_EQ(cache_.size(), 1u);
  EXPECT_TRUE(Has("b.org", "z"));
}

TEST_F(TokenCacheTest, DropsACheckDuringWhichSomethingWasRevoked) {
  const uint64_t ticket = cache_.Ticket();
  cache_.Forget("a.org", 1);
  cache_.Put(KeyOf("a.org", "x"), "a.org", TokenOf("x", 1), ticket, 0);
  EXPECT_FALSE(Has("a.org", "x"));
}

}  // namespace
}  // namespace plexus::gateway
