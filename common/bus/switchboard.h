// Who listens to which channel in this process, and the one connection that subscribes for all of them.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/bus/bus_stats.h"
#include "common/bus/redis_link.h"
#include "common/bus/subscriber.h"

namespace plexus::bus {

// Thread-safe. A channel is subscribed at Redis while it has subscribers here, once.
class Switchboard : public RedisLinkHandler, public std::enable_shared_from_this<Switchboard> {
 public:
  // Messages that begin with `instance_id` are this process' own and were delivered when they were published.
  Switchboard(const BusConfig& config, Executor strand, std::string instance_id, std::shared_ptr<BusStats> stats);

  // On the strand.
  void Start() { link_->Start(); }
  Task<void> Stop();

  void Add(std::shared_ptr<Subscriber> subscriber);
  void Remove(const std::shared_ptr<Subscriber>& subscriber);
  // To the subscribers in this process.
  void DeliverLocal(std::string_view channel, const Payload& payload);

  bool connected() const { return link_->connected(); }
  // Bus::Fresh.
  bool Fresh(std::chrono::milliseconds max_age) const;

 private:
  struct Channel {
    std::vector<std::shared_ptr<Subscriber>> subscribers;
    bool subscribed = false;       // the last command sent for it was SUBSCRIBE, on this connection
    int unconfirmed_commands = 0;  // sent and not yet confirmed by Redis
    bool confirmed() const { return subscribed && unconfirmed_commands == 0; }
    bool unused() const { return subscribers.empty() && !subscribed && unconfirmed_commands == 0; }
  };

  void OnConnected() override;
  void OnReply(const redisReply& reply) override;
  void OnTick() override;
  void OnDisconnected() override;
  // Brings Redis' subscription of `channel` in line with whether it has subscribers.
  void Align(const std::string& channel);
  void OnConfirmation(std::string_view channel);
  void OnRemoteMessage(std::string_view channel, std::string_view message);
  void OnPong();
  std::string_view WithoutPrefix(std::string_view channel) const;

  const std::string prefix_;
  const Executor strand_;
  const std::string instance_id_;
  const size_t max_pings_;
  const std::shared_ptr<BusStats> stats_;
  const std::shared_ptr<RedisLink> link_;

  // When the last answered PING was sent, in nanoseconds of the steady clock; 0 while disconnected.
  std::atomic<int64_t> proven_at_{0};
  std::deque<int64_t> pings_;  // sent and not yet answered; strand only

  absl::Mutex mutex_;
  std::map<std::string, Channel, std::less<>> channels_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::bus
