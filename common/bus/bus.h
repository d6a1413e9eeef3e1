// Publish and subscribe between the processes of one installation, over Redis: for speed only. Redis may be lost,
// restarted, flushed or cut off at any time, so every message is a hint that a durable source (a shard's log in
// Postgres) repeats on demand.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/bus/bus_config.h"

namespace plexus::bus {

class Subscriber;
class Switchboard;
struct BusCore;

using Payload = std::shared_ptr<const std::string>;
using OnMessage = std::function<void(Payload payload)>;
using OnReset = std::function<void()>;

// One subscriber's place on a channel; it ends with the object. No callback starts after the destruction if that
// happens on the subscription's (single-threaded) executor; elsewhere one that is already running may finish.
// Outlives its Bus safely.
class [[nodiscard]] Subscription {
 public:
  Subscription() = default;
  Subscription(Subscription&& other) noexcept = default;
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription();

 private:
  friend class Bus;
  Subscription(std::shared_ptr<Switchboard> switchboard, std::shared_ptr<Subscriber> subscriber);
  std::shared_ptr<Switchboard> switchboard_;
  std::shared_ptr<Subscriber> subscriber_;
};

// Monotonic counts since the Bus was made, for metrics.
struct BusCounters {
  uint64_t published = 0;             // given to Redis
  uint64_t dropped_disconnected = 0;  // not given to Redis: no connection
  uint64_t dropped_over_bound = 0;    // not given to Redis: BusConfig::max_outgoing_bytes
  uint64_t delivered_local = 0;       // handed to a subscription in the publishing process
  uint64_t delivered_remote = 0;      // handed to a subscription from another process
  uint64_t subscriber_overflows = 0;  // subscriptions reset because they were too slow
  uint64_t connects = 0;              // of either connection, the first included
};

// One per process, shared by all tenants: two connections to Redis (commands, subscriptions) whatever the number of
// tenants and channels. Thread-safe. Reconnects by itself, with bounded backoff and jitter; no call waits for Redis
// unless it says so.
class Bus {
 public:
  // Opens nothing before Start(). All of the work runs on a strand of `executor`, whose threads the caller runs.
  Bus(BusConfig config, Executor executor);
  // Stops without waiting for the connections to be closed; prefer to await Stop().
  ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  void Start();
  // Completes when both sockets are closed and no work of the bus is left on the executor. Idempotent; also after a
  // Bus that was never started. Subscriptions stay valid and silent, except for local publications.
  Task<void> Stop();

  // Delivers to this process' subscribers at once, without Redis, then queues for Redis. Publications of one thread
  // to one channel arrive in order. Never blocks and never fails: dropped and counted when Redis is away or the
  // outgoing bound is reached.
  void Publish(std::string_view channel, std::string payload);

  // The same, and tells whether Redis has accepted it: false if it was dropped, refused, cut off or not confirmed
  // in time, in which case other processes may or may not have seen it.
  Task<bool> PublishConfirmed(std::string channel, std::string payload, std::chrono::milliseconds timeout);

  // `on_message` is called on `executor`, one call at a time, in order, never within Publish. `on_reset` (may be
  // null) is called in the same way each time that Redis has confirmed the channel's subscription, the first
  // included, and when messages were dropped because the subscriber was slow: whatever was published before may have
  // been missed, whatever is published afterwards arrives. N subscriptions of a channel are one in Redis.
  Subscription Subscribe(std::string channel, Executor executor, OnMessage on_message, OnReset on_reset = nullptr);

  // Both connections are established and authenticated.
  bool connected() const;

  // The subscription connection has lately proven itself: a PING sent at most `max_age` ago was answered, hence every
  // message that Redis had accepted on our channels before that has been queued for its subscribers here.
  bool Fresh(std::chrono::milliseconds max_age) const;

  BusCounters counters() const;

  // This process' random id, which tags its messages (16 bytes, printable).
  const std::string& instance_id() const;
  const BusConfig& config() const;
  // The strand on which the bus works.
  Executor executor() const;
  // For the other parts of this library.
  std::shared_ptr<BusCore> core() const;

 private:
  const std::shared_ptr<BusCore> core_;
};

}  // namespace plexus::bus
