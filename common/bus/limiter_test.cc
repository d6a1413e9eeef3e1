#include "common/bus/limiter.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "common/bus/local_debt.h"
#include "common/bus/testing/redis_process.h"
#include "common/bus/testing/running_bus.h"

namespace plexus::bus {
namespace {

using std::chrono::milliseconds;
using testing::ConfigFor;
using testing::Eventually;
using testing::IoThreads;
using testing::RedisProcess;
using testing::RunningBus;

// So slow a refill that no token comes back within a test.
constexpr LimitSpec kTenInAll{.per_second = 0.001, .burst = 10};

// Redis may be slow on a busy machine; a test that is not about that waits for it.
LimiterOptions Patient() {
  LimiterOptions options;
  options.max_wait = milliseconds(5000);
  return options;
}

int Admitted(IoThreads& io, Limiter& limiter, int tries, const std::string& key = "key") {
  int admitted = 0;
  for (int i = 0; i < tries; ++i) admitted += io.Await(limiter.Take(key, kTenInAll)).allowed ? 1 : 0;
  return admitted;
}

TEST(LimiterTest, AdmitsABurstAndSaysWhenToComeBack) {
  IoThreads io;
  RunningBus bus(io, ConfigFor(testing::SharedRedis()));
  ASSERT_TRUE(bus.Connects());
  Limiter limiter(bus.bus, Patient());
  EXPECT_EQ(Admitted(io, limiter, 30), 10);
  Decision refused = io.Await(limiter.Take("key", kTenInAll));
  EXPECT_FALSE(refused.allowed);
  EXPECT_GT(refused.retry_after, std::chrono::seconds(900));
  EXPECT_LE(refused.retry_after, std::chrono::seconds(1000));
  EXPECT_EQ(Admitted(io, limiter, 30, "another key"), 10);
  EXPECT_GT(limiter.counters().local, 0u);
}

TEST(LimiterTest, RefillsAtItsRate) {
  IoThreads io;
  RunningBus bus(io, ConfigFor(testing::SharedRedis()));
  ASSERT_TRUE(bus.Connects());
  Limiter limiter(bus.bus, Patient());
  LimitSpec spec{.per_second = 200, .burst = 5};
  auto start = std::chrono::steady_clock::now();
  int admitted = 0;
  while (std::chrono::steady_clock::now() - start < milliseconds(500)) {
    admitted += io.Await(limiter.Take("key", spec)).allowed ? 1 : 0;
  }
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  EXPECT_LE(admitted, 5 + 1 + 200 * seconds);
  EXPECT_GE(admitted, 50);
}

TEST(LimiterTest, CopiesShareTheLimitWithinTheDocumentedBound) {
  RedisProcess redis;
  IoThreads io;
  BusConfig config = ConfigFor(redis.endpoint());
  constexpr int kCopies = 3;
  std::vector<std::unique_ptr<RunningBus>> buses;
  std::vector<std::unique_ptr<Limiter>> limiters;
  for (int i = 0; i < kCopies; ++i) {
    buses.push_back(std::make_unique<RunningBus>(io, config));
    ASSERT_TRUE(buses.back()->Connects());
    limiters.push_back(std::make_unique<Limiter>(buses.back()->bus, Patient()));
  }
  int admitted = 0;
  for (int i = 0; i < 100; ++i) {
    for (auto& limiter : limiters) admitted += Admitted(io, *limiter, 1);
  }
  EXPECT_GE(admitted, 10);
  EXPECT_LE(admitted, 10 + kCopies);  // of whole tokens, max(1, 0.125 * 10) is one
  // A copy that comes later knows nothing yet, and learns it from Redis.
  RunningBus late_bus(io, config);
  ASSERT_TRUE(late_bus.Connects());
  Limiter late(late_bus.bus, Patient());
  EXPECT_LE(Admitted(io, late, 30), 1);
  EXPECT_EQ(redis.Cli("DBSIZE"), "1");
}

TEST(LimiterTest, ACostlyRequestIsDecidedByRedisExactly) {
  IoThreads io;
  BusConfig config = ConfigFor(testing::SharedRedis());
  RunningBus one(io, config);
  RunningBus two(io, config);
  ASSERT_TRUE(one.Connects() && two.Connects());
  Limiter first(one.bus, Patient());
  Limiter second(two.bus, Patient());
  EXPECT_TRUE(io.Await(first.Take("key", kTenInAll, 6)).allowed);
  EXPECT_FALSE(io.Await(second.Take("key", kTenInAll, 6)).allowed);
  EXPECT_TRUE(io.Await(second.Take("key", kTenInAll, 4)).allowed);
  EXPECT_FALSE(io.Await(second.Take("key", kTenInAll, 4)).allowed);
}

TEST(LimiterTest, KeysExpireWhenTheDebtIsPaid) {
  RedisProcess redis;
  IoThreads io;
  RunningBus bus(io, ConfigFor(redis.endpoint()));
  ASSERT_TRUE(bus.Connects());
  Limiter limiter(bus.bus, Patient());
  LimitSpec spec{.per_second = 20, .burst = 10};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(io.Await(limiter.Take("key", spec)).allowed);
  ASSERT_TRUE(Eventually([&] { return redis.Cli("DBSIZE") == "1"; }));
  EXPECT_TRUE(Eventually([&] { return redis.Cli("DBSIZE") == "0"; }));
}

TEST(LimiterTest, EnforcesTheLimitAloneWithoutRedis) {
  IoThreads io;
  RunningBus bus(io, ConfigFor({.socket = testing::kNoRedis}));
  Limiter limiter(bus.bus);
  EXPECT_EQ(Admitted(io, limiter, 30), 10);
  EXPECT_EQ(limiter.counters().alone, 30u);
}

TEST(LimiterTest, DoesNotWaitForARedisThatHangs) {
  RedisProcess redis;
  IoThreads io;
  RunningBus bus(io, ConfigFor(redis.endpoint()));
  ASSERT_TRUE(bus.Connects());
  Limiter limiter(bus.bus);
  redis.Pause();
  auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(Admitted(io, limiter, 30), 10);
  // One wait of 50 ms; the others are spared it.
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(450));
  redis.Continue();
}

TEST(LimiterTest, GoesOnAfterRedisForgotEverything) {
  RedisProcess redis;
  IoThreads io;
  RunningBus bus(io, ConfigFor(redis.endpoint()));
  ASSERT_TRUE(bus.Connects());
  Limiter limiter(bus.bus, Patient());
  EXPECT_EQ(Admitted(io, limiter, 3), 3);
  redis.FlushAll();
  int admitted = Admitted(io, limiter, 30);
  EXPECT_GE(admitted, 7);
  EXPECT_LE(admitted, 10);
}

TEST(LimiterTest, BoundsTheKeysItRemembers) {
  IoThreads io;
  RunningBus bus(io, ConfigFor({.socket = testing::kNoRedis}));
  LimiterOptions options;
  options.max_keys = 5;
  Limiter limiter(bus.bus, options);
  EXPECT_EQ(Admitted(io, limiter, 10, "first"), 10);
  EXPECT_EQ(Admitted(io, limiter, 1, "first"), 0);
  for (int i = 0; i < 20; ++i) Admitted(io, limiter, 1, std::to_string(i));
  EXPECT_EQ(Admitted(io, limiter, 1, "first"), 1);
}

TEST(LimiterTest, NoRateMeansNoLimit) {
  IoThreads io;
  RunningBus bus(io, ConfigFor({.socket = testing::kNoRedis}));
  Limiter limiter(bus.bus);
  LimitSpec none{.per_second = 0, .burst = 1};
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(io.Await(limiter.Take("key", none)).allowed);
}

TEST(LocalDebtTest, IsPaidByTimeAndCorrectedByRedis) {
  LocalDebt debt;
  debt.Admit(10, 100, 1000);
  EXPECT_EQ(debt.debt(1000), 10);
  EXPECT_EQ(debt.debt(1004), 6);
  EXPECT_EQ(debt.uncounted(), 10);
  double reported = debt.StartReport();
  debt.Admit(5, 100, 1004);
  debt.Counted(reported, 50, 1010);
  EXPECT_EQ(debt.debt(1010), 55);
  EXPECT_EQ(debt.unreported(), 5);
  EXPECT_FALSE(debt.idle(1010));
  debt.Lost(debt.StartReport());
  EXPECT_TRUE(debt.idle(1065));
}

}  // namespace
}  // namespace plexus::bus
