#include "gateway/auth/token_checker.h"

#include <atomic>
#include <memory>
#include <string>

#include "common/bus/cache_invalidation.h"
#include "common/bus/testing/redis_process.h"
#include "common/bus/testing/running_bus.h"
#include "common/rpc/in_process_channel.h"
#include "gtest/gtest.h"
#include "plexus/account/v1/account_service.rpc.h"

namespace plexus::gateway {
namespace {

using account::v1::AccountService;
using account::v1::CheckTokenRequest;
using account::v1::CheckTokenResponse;

constexpr int64_t kTokenId = 7;
constexpr int64_t kTtlNanos = 3'600'000'000'000;

platform::TenantPtr TestTenant() {
  auto tenant = std::make_shared<platform::Tenant>();
  tenant->config.server_name = "example.org";
  return tenant;
}

class TokenCheckerTest : public ::testing::Test {
 protected:
  explicit TokenCheckerTest(bus::RedisEndpoint redis = bus::testing::SharedRedis())
      : bus_(io_, bus::testing::ConfigFor(std::move(redis))) {
    const auto answer = [this](const rpc::Context&, const CheckTokenRequest&) {
      ++asked_;
      return Answer(expires_at_ms_);
    };
    EXPECT_TRUE(registry_.Handle(AccountService::CheckToken, answer).ok());
  }

  static Task<absl::StatusOr<CheckTokenResponse>> Answer(int64_t expires_at_ms) {
    CheckTokenResponse response;
    response.mutable_requester()->set_user_id("@alice:example.org");
    response.mutable_requester()->set_token_id(kTokenId);
    response.set_expires_at_ms(expires_at_ms);
    co_return response;
  }
  // Whether the account role had to be asked.
  bool CheckAsks() {
    const int before = asked_;
    rpc::Context context;
    context.tenant = "example.org";
    const auto checked = io_.Await(checker_.Check(tenant_, context, "secret", common::v1::ClientInfo()));
    EXPECT_TRUE(checked.ok()) << checked.status();
    EXPECT_EQ(checked->requester.user_id(), "@alice:example.org");
    return asked_ > before;
  }
  bool Remembers() {
    return bus::testing::Eventually([this] { return !CheckAsks(); });
  }

  std::atomic<int> asked_{0};
  int64_t expires_at_ms_ = 0;
  bus::testing::IoThreads io_;
  bus::testing::RunningBus bus_;
  bus::Invalidator invalidator_{bus_.bus};
  rpc::Registry registry_{{io_.executor()}, {}};
  rpc::InProcessChannel channel_{registry_};
  std::shared_ptr<TokenCache> cache_ = std::make_shared<TokenCache>(10, kTtlNanos);
  TenantStatePtr tenant_ = std::make_shared<TenantState>(TestTenant(), &bus_.bus, cache_, io_.executor());
  TokenChecker checker_{channel_, RealClock(), cache_};
};

class TokenCheckerWithoutRedisTest : public TokenCheckerTest {
 protected:
  TokenCheckerWithoutRedisTest() : TokenCheckerTest({.socket = bus::testing::kNoRedis}) {}
};

TEST_F(TokenCheckerTest, RemembersOnceRevocationsAreHeard) {
  EXPECT_TRUE(CheckAsks());
  EXPECT_TRUE(Remembers());
}

TEST_F(TokenCheckerTest, ForgetsARevokedToken) {
  ASSERT_TRUE(Remembers());
  EXPECT_TRUE(io_.Await(invalidator_.Publish("example.org", "token", std::to_string(kTokenId))));
  EXPECT_TRUE(bus::testing::Eventually([this] { return cache_->size() == 0; }));
  EXPECT_TRUE(CheckAsks());
}

TEST_F(TokenCheckerTest, IgnoresRevocationsOfOtherTokensAndTenants) {
  ASSERT_TRUE(Remembers());
  EXPECT_TRUE(io_.Await(invalidator_.Publish("example.org", "token", "8")));
  EXPECT_TRUE(io_.Await(invalidator_.Publish("other.org", "token", std::to_string(kTokenId))));
  EXPECT_FALSE(CheckAsks());
}

TEST_F(TokenCheckerTest, ForgetsEverythingWhenToldSo) {
  ASSERT_TRUE(Remembers());
  EXPECT_TRUE(io_.Await(invalidator_.Publish("example.org", "token", "")));
  EXPECT_TRUE(bus::testing::Eventually([this] { return cache_->size() == 0; }));
}

TEST_F(TokenCheckerTest, AsksAgainAboutAnExpiredToken) {
  ASSERT_TRUE(Remembers());
  cache_->ForgetTenant("example.org");
  expires_at_ms_ = 1;
  EXPECT_TRUE(CheckAsks());
  EXPECT_EQ(cache_->size(), 1u);
  EXPECT_TRUE(CheckAsks());
}

TEST_F(TokenCheckerTest, StopsListeningForAnIdleTenant) {
  ASSERT_TRUE(Remembers());
  tenant_->revocations.StopIfIdle(/*before_nanos=*/0);
  EXPECT_EQ(cache_->size(), 1u) << "it has been asked since";
  tenant_->revocations.StopIfIdle(RealClock().BootNanos() + 1);
  EXPECT_EQ(cache_->size(), 0u);
  EXPECT_TRUE(CheckAsks());
  EXPECT_TRUE(Remembers());
}

TEST_F(TokenCheckerWithoutRedisTest, TrustsNothing) {
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(CheckAsks());
}

}  // namespace
}  // namespace plexus::gateway
