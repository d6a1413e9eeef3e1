#include "common/bus/bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "common/bus/testing/received.h"
#include "common/bus/testing/redis_process.h"
#include "common/bus/testing/running_bus.h"

namespace plexus::bus {
namespace {

using std::chrono::milliseconds;
using testing::ConfigFor;
using ::testing::ElementsAre;
using testing::Eventually;
using testing::IoThreads;
using ::testing::IsEmpty;
using testing::Received;
using testing::RedisProcess;
using testing::RunningBus;

size_t OpenFiles() {
  namespace fs = std::filesystem;
  return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
}

TEST(BusTest, DeliversWithinTheProcessWithoutRedis) {
  IoThreads io;
  RunningBus bus(io, ConfigFor({.socket = testing::kNoRedis}));
  Received received;
  Subscription subscription = bus->Subscribe("news", io.executor(), received.on_message(), received.on_reset());
  bus->Publish("news", "one");
  bus->Publish("other", "not for us");
  bus->Publish("news", "two");
  EXPECT_TRUE(Eventually([&] { return received.messages().size() == 2; }));
  EXPECT_THAT(received.messages(), ElementsAre("one", "two"));
  EXPECT_EQ(received.resets(), 0);
  EXPECT_EQ(bus->counters().dropped_disconnected, 3u);
  EXPECT_FALSE(bus->connected());
  EXPECT_FALSE(bus->Fresh(std::chrono::hours(1)));
}

TEST(BusTest, DeliversAcrossProcessesInOrderAndOnce) {
  IoThreads io(2);
  BusConfig config = ConfigFor(testing::SharedRedis());
  RunningBus here(io, config);
  RunningBus there(io, config);
  Received at_home;
  Received abroad;
  Subscription mine = here->Subscribe("news", io.executor(), at_home.on_message(), at_home.on_reset());
  Subscription theirs = there->Subscribe("news", io.executor(), abroad.on_message(), abroad.on_reset());
  ASSERT_TRUE(here.Connects() && Eventually([&] { return abroad.resets() == 1 && at_home.resets() == 1; }));
  std::vector<std::string> sent;
  for (int i = 0; i < 500; ++i) sent.push_back("message " + std::to_string(i) + std::string("\0\r\n", 3));
  for (const std::string& message : sent) here->Publish("news", message);
  there->Publish("news", "reply");
  ASSERT_TRUE(Eventually([&] { return abroad.messages().size() > 500 && at_home.messages().size() > 500; }));
  ASSERT_TRUE(io.Await(here->PublishConfirmed("news", "last", milliseconds(5000))));
  ASSERT_TRUE(Eventually([&] { return abroad.messages().size() == 502; }));
  // A PING sent after all of that was answered: nothing of ours is still on its way back.
  std::this_thread::sleep_for(milliseconds(50));
  ASSERT_TRUE(Eventually([&] { return here->Fresh(milliseconds(45)); }));
  EXPECT_EQ(at_home.messages().size(), 502u);
  std::vector<std::string> got = abroad.messages();
  std::erase(got, "reply");
  std::erase(got, "last");
  EXPECT_EQ(got, sent);
}

TEST(BusTest, SubscribesAtRedisOncePerChannelAndLeavesNothingBehind) {
  RedisProcess redis;
  IoThreads io;
  BusConfig config = ConfigFor(redis.endpoint());
  RunningBus bus(io, config);
  ASSERT_TRUE(bus.Connects());
  std::string count = "PUBSUB NUMSUB " + config.prefix + "news";
  std::string one = config.prefix + "news\n1";
  std::string none = config.prefix + "news\n0";
  Received first;
  Received second;
  std::optional<Subscription> a = bus->Subscribe("news", io.executor(), first.on_message(), first.on_reset());
  ASSERT_TRUE(Eventually([&] { return first.resets() == 1; }));
  std::optional<Subscription> b = bus->Subscribe("news", io.executor(), second.on_message(), second.on_reset());
  ASSERT_TRUE(Eventually([&] { return second.resets() == 1; }));
  EXPECT_EQ(first.resets(), 1);
  EXPECT_EQ(redis.Cli(count), one);
  a.reset();
  bus->Publish("news", "for b");
  EXPECT_TRUE(Eventually([&] { return second.messages().size() == 1; }));
  EXPECT_THAT(first.messages(), IsEmpty());
  EXPECT_EQ(redis.Cli(count), one);
  b.reset();
  EXPECT_TRUE(Eventually([&] { return redis.Cli(count) == none; }));
  for (int i = 0; i < 100; ++i) a = bus->Subscribe("news", io.executor(), first.on_message(), first.on_reset());
  EXPECT_TRUE(Eventually([&] { return redis.Cli(count) == one; }));
  a.reset();
  EXPECT_TRUE(Eventually([&] { return redis.Cli(count) == none; }));
  EXPECT_EQ(redis.Cli("PUBSUB CHANNELS"), "");
}

TEST(BusTest, ComesBackAfterARestartAndResetsItsSubscriptions) {
  RedisProcess redis("secret");
  IoThreads io;
  BusConfig config = ConfigFor(redis.endpoint());
  RunningBus here(io, config);
  RunningBus there(io, config);
  Received received;
  Subscription subscription = there->Subscribe("news", io.executor(), received.on_message(), received.on_reset());
  ASSERT_TRUE(Eventually([&] { return received.resets() == 1; }));
  redis.Kill();
  ASSERT_TRUE(Eventually([&] { return !here->connected() && !there->connected(); }));
  EXPECT_FALSE(there->Fresh(std::chrono::hours(1)));
  here->Publish("news", "lost");
  redis.Start();
  ASSERT_TRUE(Eventually([&] { return received.resets() == 2; }));
  ASSERT_TRUE(here.Connects());
  here->Publish("news", "found");
  ASSERT_TRUE(Eventually([&] { return received.messages().size() == 1; }));
  EXPECT_THAT(received.messages(), ElementsAre("found"));
}

TEST(BusTest, NoticesARedisThatHangs) {
  RedisProcess redis;
  IoThreads io;
  BusConfig config = ConfigFor(redis.endpoint());
  config.silence_timeout = milliseconds(200);
  RunningBus bus(io, config);
  ASSERT_TRUE(bus.Connects());
  redis.Pause();
  EXPECT_TRUE(Eventually([&] { return !bus->connected() && !bus->Fresh(milliseconds(400)); }));
  EXPECT_FALSE(io.Await(bus->PublishConfirmed("news", "text", milliseconds(10))));
  redis.Continue();
  EXPECT_TRUE(Eventually([&] { return bus->connected() && bus->Fresh(milliseconds(400)); }));
}

TEST(BusTest, RefusesAWrongPasswordWithoutEnd) {
  RedisProcess redis("secret");
  IoThreads io;
  BusConfig config = ConfigFor(redis.endpoint());
  config.redis.password = "wrong";
  RunningBus bus(io, config);
  EXPECT_FALSE(Eventually([&] { return bus->connected(); }, milliseconds(100)));
  EXPECT_EQ(bus->counters().connects, 0u);
}

TEST(BusTest, BoundsWhatWaitsForRedis) {
  RedisProcess redis;
  IoThreads io;
  BusConfig config = ConfigFor(redis.endpoint());
  config.max_outgoing_bytes = 10'500;
  config.silence_timeout = std::chrono::seconds(60);
  RunningBus bus(io, config);
  ASSERT_TRUE(bus.Connects());
  redis.Pause();
  for (int i = 0; i < 100; ++i) bus->Publish("news", std::string(1000, 'x'));
  EXPECT_EQ(bus->counters().published, 9u);
  EXPECT_EQ(bus->counters().dropped_over_bound, 91u);
  redis.Continue();
  EXPECT_TRUE(Eventually([&] { return io.Await(bus->PublishConfirmed("news", "y", milliseconds(5000))); }));
}

TEST(BusTest, ResetsASubscriberThatIsTooSlow) {
  IoThreads io;
  BusConfig config = ConfigFor({.socket = testing::kNoRedis});
  config.max_subscriber_bytes = 10'000;
  RunningBus bus(io, config);
  boost::asio::io_context stalled;
  Received received;
  Subscription subscription =
      bus->Subscribe("news", stalled.get_executor(), received.on_message(), received.on_reset());
  for (int i = 0; i < 100; ++i) bus->Publish("news", std::string(1000, 'x'));
  bus->Publish("news", "last");
  stalled.run();
  EXPECT_EQ(received.resets(), 1);
  EXPECT_LT(received.messages().size(), 10u);
  EXPECT_EQ(received.messages().back(), "last");
  EXPECT_GT(bus->counters().subscriber_overflows, 0u);
}

TEST(BusTest, CallsNothingAfterTheSubscriptionEnded) {
  IoThreads io;
  RunningBus bus(io, ConfigFor({.socket = testing::kNoRedis}));
  boost::asio::io_context later;
  Received received;
  {
    Subscription subscription = bus->Subscribe("news", later.get_executor(), received.on_message());
    bus->Publish("news", "too late");
  }
  later.run();
  EXPECT_THAT(received.messages(), IsEmpty());
}

TEST(BusTest, StopReleasesEverySocketInEveryState) {
  RedisProcess redis;
  IoThreads io;
  { RunningBus warm_up(io, ConfigFor(redis.endpoint())); }
  size_t before = OpenFiles();
  for (int i = 0; i < 20; ++i) {
    RunningBus connected(io, ConfigFor(redis.endpoint()));
    RunningBus refused(io, ConfigFor({.socket = testing::kNoRedis}));
    RunningBus by_name(io, ConfigFor({.host = "localhost", .port = 1}));
    Bus never_started(ConfigFor(redis.endpoint()), io.executor());
    Received received;
    Subscription subscription = connected->Subscribe("news", io.executor(), received.on_message());
    ASSERT_TRUE(i % 2 == 0 || i > 10 || connected.Connects());
    if (i == 10) redis.Pause();
    io.Await(never_started.Stop());
  }
  redis.Continue();
  EXPECT_EQ(OpenFiles(), before);
}

}  // namespace
}  // namespace plexus::bus
