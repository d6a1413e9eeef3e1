// Tells readers about the heads of shards, so that the loss of the last message of a log is noticed.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/task.h"
#include "common/bus/bus.h"

namespace plexus::bus {

struct ShardHead {
  std::string tenant;
  std::string kind;  // "room", "user", …
  uint32_t shard = 0;
  uint64_t head = 0;
  friend bool operator==(const ShardHead&, const ShardHead&) = default;
};

// One per process. Each interval it publishes the heads that changed since Redis last confirmed a beacon (an empty
// list if none: the beacon itself is the process' sign of life); after a reconnect it repeats all of them.
// Thread-safe. Bounded by the number of owned shards.
class HeadsBeacon {
 public:
  // `bus` must outlive the beacon.
  explicit HeadsBeacon(Bus& bus, std::chrono::milliseconds interval = std::chrono::seconds(1));
  ~HeadsBeacon();
  HeadsBeacon(const HeadsBeacon&) = delete;
  HeadsBeacon& operator=(const HeadsBeacon&) = delete;

  void Start();
  // Says goodbye, so that listeners do not take the silence for a fault, and completes when the timer is gone.
  Task<void> Stop();

  // The owner's shard has reached `head`; a lower one than before is ignored.
  void Set(std::string_view tenant, std::string_view kind, uint32_t shard, uint64_t head);
  // The shard has another owner now, or the tenant is gone.
  void Forget(std::string_view tenant, std::string_view kind, uint32_t shard);
  void ForgetTenant(std::string_view tenant);

  // Of every shard that was set and not forgotten.
  std::vector<ShardHead> Heads() const;

 private:
  class Core;
  const std::shared_ptr<Core> core_;
};

// One per process: hears every process' beacons, its own included. Thread-safe.
class BeaconListener {
 public:
  using OnHeads = std::function<void(const std::vector<ShardHead>& heads)>;

  // `on_heads` is called on `executor` with what a beacon lists; feed LogFollower::HeadsHint from it. `interval` is
  // the one that the processes' beacons use. `bus` must outlive the listener.
  BeaconListener(Bus& bus, Executor executor, OnHeads on_heads,
                 std::chrono::milliseconds interval = std::chrono::seconds(1));
  ~BeaconListener();
  BeaconListener(const BeaconListener&) = delete;
  BeaconListener& operator=(const BeaconListener&) = delete;

  // Silence means silence: Bus::Fresh holds and no process that was heard has fallen silent for more than 2.5
  // intervals without a goodbye (a silent one is forgotten after kForgetAfter: it is dead, or its readers have been
  // polling). Token caches and LogFollowerOptions::fresh go by this.
  bool Fresh(std::chrono::milliseconds max_age) const;

  // A process that died does not keep readers polling for longer than this.
  static constexpr std::chrono::seconds kForgetAfter{60};

 private:
  class Core;
  const std::shared_ptr<Core> core_;
  Subscription subscription_;
};

}  // namespace plexus::bus
