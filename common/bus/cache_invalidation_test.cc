#include "common/bus/cache_invalidation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/bus/testing/received.h"
#include "common/bus/testing/redis_process.h"
#include "common/bus/testing/running_bus.h"

namespace plexus::bus {
namespace {

using testing::ConfigFor;
using ::testing::ElementsAre;
using testing::Eventually;
using testing::IoThreads;
using testing::Received;
using testing::RedisProcess;
using testing::RunningBus;

// The keys that a cache was told to forget.
Subscription Listen(RunningBus& bus, std::string_view kind, Received& keys) {
  auto note = [on_message = keys.on_message()](std::string_view key) {
    on_message(std::make_shared<const std::string>(key));
  };
  return SubscribeInvalidations(bus.bus, "a.org", kind, bus.io.executor(), note);
}

TEST(CacheInvalidationTest, ReachesTheCachesOfItsKindInEveryProcess) {
  IoThreads io;
  BusConfig config = ConfigFor(testing::SharedRedis());
  RunningBus here(io, config);
  RunningBus there(io, config);
  Received at_home, abroad, other;
  Subscription a = Listen(here, "token", at_home);
  Subscription b = Listen(there, "token", abroad);
  Subscription c = Listen(there, "owner", other);
  // Each hears "" first: whatever was invalidated before it listened.
  ASSERT_TRUE(here.Connects() && Eventually([&] {
                return at_home.messages().size() + abroad.messages().size() + other.messages().size() == 3;
              }));
  Invalidator invalidator(here.bus);
  EXPECT_TRUE(io.Await(invalidator.Publish("a.org", "token", "t1")));
  EXPECT_TRUE(Eventually([&] { return abroad.messages().size() == 2 && at_home.messages().size() == 2; }));
  EXPECT_THAT(abroad.messages(), ElementsAre("", "t1"));
  EXPECT_THAT(at_home.messages(), ElementsAre("", "t1"));
  EXPECT_THAT(other.messages(), ElementsAre(""));
}

TEST(CacheInvalidationTest, WhatWasNotConfirmedIsMadeGoodWhenThePublisherIsBack) {
  RedisProcess redis;
  IoThreads io;
  BusConfig config = ConfigFor(redis.endpoint());
  RunningBus there(io, config);
  BusConfig slow = config;
  slow.min_backoff = slow.max_backoff = std::chrono::milliseconds(400);
  RunningBus here(io, slow);
  Received abroad;
  Subscription subscription = Listen(there, "token", abroad);
  ASSERT_TRUE(here.Connects() && Eventually([&] { return abroad.messages().size() == 1; }));
  Invalidator invalidator(here.bus);
  redis.Kill();
  ASSERT_TRUE(Eventually([&] { return !here->connected(); }));
  EXPECT_FALSE(io.Await(invalidator.Publish("a.org", "token", "t1")));
  redis.Start();
  // Once for the reader's own reconnect, once for what the publisher could not say.
  EXPECT_TRUE(Eventually([&] { return abroad.messages().size() == 3; }));
  EXPECT_THAT(abroad.messages(), ElementsAre("", "", ""));
}

}  // namespace
}  // namespace plexus::bus
