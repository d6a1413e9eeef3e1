// Redis is killed, stopped, flushed and cut off while a log is published: its followers deliver everything, once and
// in order.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <thread>

#include "common/bus/heads_beacon.h"
#include "common/bus/log_batch.h"
#include "common/bus/testing/fake_log.h"
#include "common/bus/testing/redis_process.h"
#include "common/bus/testing/running_bus.h"

namespace plexus::bus {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::ConfigFor;
using testing::DeliveredLog;
using testing::Eventually;
using testing::FakeLog;
using testing::IoThreads;
using testing::RedisProcess;
using testing::RunningBus;

constexpr milliseconds kInterval{50};

BusConfig Impatient(const RedisProcess& redis) {
  BusConfig config = ConfigFor(redis.endpoint());
  config.silence_timeout = milliseconds(150);
  config.connect_timeout = milliseconds(150);
  return config;
}

// One process that reads the log.
struct Reader {
  Reader(IoThreads& io, const BusConfig& config, FakeLog& log)
      : io(io),
        bus(io, config),
        listener(
            bus.bus, io.executor(), [this](const std::vector<ShardHead>& heads) { Hint(heads); }, kInterval),
        follower(io.executor(), Options(), log.read_range(), delivered.on_batch()),
        subscription(FollowLog(bus.bus, io.executor(), "a.org", "room", 1, follower)) {
    follower.Start(0);
  }
  ~Reader() {
    subscription = Subscription();
    io.Await(follower.Stop());
    EXPECT_EQ(delivered.error(), "");
  }
  LogFollowerOptions Options() {
    LogFollowerOptions options;
    options.poll_interval = milliseconds(100);
    options.fresh = [this] { return listener.Fresh(milliseconds(200)); };
    return options;
  }
  void Hint(const std::vector<ShardHead>& heads) {
    for (const ShardHead& head : heads) follower.HeadsHint(head.head);
  }
  bool Reaches(uint64_t position) {
    return io.Await(follower.WaitUntil(position, steady_clock::now() + std::chrono::seconds(20)));
  }

  IoThreads& io;
  RunningBus bus;
  BeaconListener listener;
  DeliveredLog delivered;
  LogFollower follower;
  Subscription subscription;
};

void Disturb(RedisProcess& redis, int kind) {
  switch (kind) {
    case 0:
      redis.Kill();
      std::this_thread::sleep_for(milliseconds(60));
      return redis.Start();
    case 1:
      redis.Pause();
      std::this_thread::sleep_for(milliseconds(20));
      return redis.Continue();
    case 2:
      redis.Pause();
      std::this_thread::sleep_for(milliseconds(400));
      return redis.Continue();
    case 3: return redis.FlushAll();
    default: redis.Cli("CLIENT KILL TYPE pubsub"); return;
  }
}

TEST(FaultsTest, NothingIsLostDoubledOrReorderedWhateverHappensToRedis) {
  RedisProcess redis;
  IoThreads io(2);
  BusConfig config = Impatient(redis);
  FakeLog log(1);
  RunningBus owner(io, config);
  HeadsBeacon beacon(owner.bus, kInterval);
  beacon.Start();
  Reader local_reader(io, config, log);
  Reader reader(io, config, log);
  ASSERT_TRUE(owner.Connects());
  std::jthread publisher([&](std::stop_token stop) {
    std::mt19937 random(1);
    while (!stop.stop_requested()) {
      Batch batch = log.Commit(1 + random() % 3);
      PublishLogBatch(owner.bus, "a.org", "room", 1, batch.first, batch.last, *batch.payload);
      beacon.Set("a.org", "room", 1, batch.last);
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 1000));
    }
  });
  std::mt19937 random(2);
  for (int round = 0; round < 15; ++round) {
    Disturb(redis, round % 5);
    std::this_thread::sleep_for(milliseconds(random() % 100));
    ASSERT_TRUE(reader.Reaches(log.head()));
  }
  publisher.request_stop();
  publisher.join();
  EXPECT_TRUE(reader.Reaches(log.head()));
  EXPECT_TRUE(local_reader.Reaches(log.head()));
  EXPECT_GT(reader.follower.counters().live_batches, 0u);
  EXPECT_GT(reader.follower.counters().read_batches, 0u);
  io.Await(beacon.Stop());
}

TEST(FaultsTest, ALostTailIsNoticedByTheBeaconWithoutPolling) {
  RedisProcess redis;
  IoThreads io;
  BusConfig config = ConfigFor(redis.endpoint());
  FakeLog log(1);
  RunningBus owner(io, config);
  HeadsBeacon beacon(owner.bus, kInterval);
  beacon.Start();
  Reader reader(io, config, log);
  ASSERT_TRUE(owner.Connects() && Eventually([&] { return reader.listener.Fresh(milliseconds(200)); }));
  std::this_thread::sleep_for(milliseconds(200));
  uint64_t reads = reader.follower.counters().reads;
  std::this_thread::sleep_for(milliseconds(400));
  EXPECT_LE(reader.follower.counters().reads, reads + 1);
  Batch never_published = log.Commit(1);
  beacon.Set("a.org", "room", 1, never_published.last);
  EXPECT_TRUE(reader.Reaches(1));
  io.Await(beacon.Stop());
}

TEST(FaultsTest, FollowsThroughPostgresWithoutRedis) {
  IoThreads io;
  BusConfig config = ConfigFor({.socket = testing::kNoRedis});
  FakeLog log(1);
  Reader reader(io, config, log);
  for (int i = 0; i < 5; ++i) {
    log.Commit(2);
    EXPECT_TRUE(reader.Reaches(log.head()));
  }
}

}  // namespace
}  // namespace plexus::bus
