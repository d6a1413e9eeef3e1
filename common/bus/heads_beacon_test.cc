#include "common/bus/heads_beacon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <optional>

#include "common/bus/beacon_message.h"
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

constexpr milliseconds kInterval{40};
constexpr milliseconds kMaxAge{1000};

// The heads heard, and how often each was.
class Heard {
 public:
  BeaconListener::OnHeads on_heads() {
    return [this](const std::vector<ShardHead>& heads) {
      std::lock_guard lock(mutex_);
      for (const ShardHead& head : heads) {
        heads_[head.shard] = head.head;
        ++times_;
      }
    };
  }
  uint64_t head(uint32_t shard) const {
    std::lock_guard lock(mutex_);
    auto found = heads_.find(shard);
    return found == heads_.end() ? 0 : found->second;
  }
  int times() const {
    std::lock_guard lock(mutex_);
    return times_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<uint32_t, uint64_t> heads_;
  int times_ = 0;
};

TEST(HeadsBeaconTest, TellsChangedHeadsOnceAndAllAgainAfterAReconnect) {
  RedisProcess redis;
  IoThreads io;
  BusConfig config = ConfigFor(redis.endpoint());
  RunningBus owner(io, config);
  RunningBus reader(io, config);
  Heard heard;
  BeaconListener listener(reader.bus, io.executor(), heard.on_heads(), kInterval);
  ASSERT_TRUE(owner.Connects() && Eventually([&] { return listener.Fresh(kMaxAge); }));
  std::this_thread::sleep_for(milliseconds(50));  // the subscription
  HeadsBeacon beacon(owner.bus, kInterval);
  beacon.Set("a.org", "room", 1, 7);
  beacon.Set("a.org", "room", 2, 5);
  beacon.Set("a.org", "room", 2, 4);
  beacon.Set("b.org", "room", 3, 9);
  beacon.ForgetTenant("b.org");
  EXPECT_THAT(beacon.Heads(),
              ::testing::UnorderedElementsAre(ShardHead{"a.org", "room", 1, 7}, ShardHead{"a.org", "room", 2, 5}));
  beacon.Start();
  ASSERT_TRUE(Eventually([&] { return heard.head(1) == 7 && heard.head(2) == 5; }));
  std::this_thread::sleep_for(kInterval * 5);
  EXPECT_EQ(heard.times(), 2);
  EXPECT_EQ(heard.head(3), 0u);
  beacon.Set("a.org", "room", 2, 6);
  ASSERT_TRUE(Eventually([&] { return heard.head(2) == 6; }));
  EXPECT_EQ(heard.times(), 3);
  redis.Kill();
  ASSERT_TRUE(Eventually([&] { return !owner->connected() && !reader->connected(); }));
  redis.Start();
  EXPECT_TRUE(Eventually([&] { return heard.times() >= 5; }));
  io.Await(beacon.Stop());
}

TEST(HeadsBeaconTest, SilenceOfAProcessIsNoticedAndAGoodbyeIsNot) {
  IoThreads io;
  BusConfig config = ConfigFor(testing::SharedRedis());
  RunningBus reader(io, config);
  Heard heard;
  BeaconListener listener(reader.bus, io.executor(), heard.on_heads(), kInterval);
  auto owner = std::make_unique<RunningBus>(io, config);
  ASSERT_TRUE(owner->Connects() && reader.Connects());
  HeadsBeacon leaves(owner->bus, kInterval);
  leaves.Set("a.org", "room", 1, 7);
  leaves.Start();
  ASSERT_TRUE(Eventually([&] {
    leaves.Set("a.org", "room", 1, heard.head(1) + 8);
    return heard.head(1) > 0;
  }));
  io.Await(leaves.Stop());
  std::this_thread::sleep_for(kInterval * 4);
  EXPECT_TRUE(Eventually([&] { return listener.Fresh(kMaxAge); }));

  HeadsBeacon breaks_off(owner->bus, kInterval);
  breaks_off.Set("a.org", "room", 2, 7);
  breaks_off.Start();
  ASSERT_TRUE(Eventually([&] { return heard.head(2) > 0; }));
  EXPECT_TRUE(Eventually([&] { return listener.Fresh(kMaxAge); }));
  owner.reset();
  EXPECT_TRUE(Eventually([&] { return !listener.Fresh(kMaxAge); }));
  EXPECT_TRUE(reader->Fresh(kMaxAge));
  io.Await(breaks_off.Stop());
}

TEST(BeaconMessageTest, SurvivesTheWireAndRefusesWhatIsCut) {
  BeaconMessage message{.instance = "0123456789abcdef", .goodbye = true};
  message.heads = {{"a.org", "room", 3, 1ull << 40}, {"", "", 0, 0}};
  std::string text = Encode(message);
  std::optional<BeaconMessage> read = DecodeBeacon(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->instance, message.instance);
  EXPECT_TRUE(read->goodbye);
  EXPECT_EQ(read->heads, message.heads);
  for (size_t size = 0; size < text.size(); ++size) EXPECT_FALSE(DecodeBeacon(text.substr(0, size))) << size;
}

}  // namespace
}  // namespace plexus::bus
