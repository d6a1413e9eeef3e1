// Tells every process to forget what it has cached under a key.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/task.h"
#include "common/bus/bus.h"

namespace plexus::bus {

// Sends invalidations of all kinds and tenants; one per process. Thread-safe.
class Invalidator {
 public:
  // How long Publish waits for Redis.
  static constexpr std::chrono::milliseconds kConfirmTimeout{200};

  // `bus` must outlive the invalidator.
  explicit Invalidator(Bus& bus);
  ~Invalidator();
  Invalidator(const Invalidator&) = delete;
  Invalidator& operator=(const Invalidator&) = delete;

  // This process' caches hear it at once. True when Redis has passed it on: every process whose bus is fresh forgets
  // the key. False when that is not certain: what must not be used again (a revoked token) may be used elsewhere for
  // as long as caches trust themselves; everything of the (tenant, kind) is then invalidated as soon as Redis is back.
  Task<bool> Publish(std::string tenant, std::string kind, std::string key);

 private:
  class Core;
  const std::shared_ptr<Core> core_;
};

// `on_invalidation` is called on `executor` with the key to forget, or "" for everything: when asked so and whenever
// invalidations may have been missed (OnReset).
Subscription SubscribeInvalidations(Bus& bus, std::string_view tenant, std::string_view kind, Executor executor,
                                    std::function<void(std::string_view key)> on_invalidation);

}  // namespace plexus::bus
