// Rate limits that all copies share, without a round trip to Redis on the way of a normal request.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "common/base/task.h"
#include "common/bus/bus.h"

namespace plexus::bus {

// `per_second` refills up to `burst`. A limit that is not positive allows everything.
struct LimitSpec {
  double per_second = 0;
  double burst = 1;  // at least 1
};

struct Decision {
  bool allowed = true;
  std::chrono::milliseconds retry_after{0};  // when a refused request of the same cost would pass
};

struct LimiterOptions {
  // The share of a burst that one process may admit before Redis has counted it, and the least of it.
  double optimistic_share = 0.125;
  double optimistic_least = 1;
  // How long a request waits for Redis when that share is used up; afterwards this process decides alone.
  std::chrono::milliseconds max_wait{50};
  // Keys remembered in this process; the least recently used are forgotten (Redis still knows them).
  size_t max_keys = 100'000;
};

struct LimiterCounters {
  uint64_t local = 0;    // decided at once
  uint64_t waited = 0;   // decided after a round trip
  uint64_t alone = 0;    // decided without Redis
  uint64_t reports = 0;  // round trips
};

// GCRA (a token bucket kept as one time stamp). Redis holds each key's debt by its own clock, so that the copies'
// clocks do not matter; keys expire when the debt is paid. Each process keeps its last knowledge of the debt plus what
// it has admitted since, decides by that at once, and reports what it admitted, one report in flight a key.
//
// Exactness: a refusal never happens below the limit, beyond one round trip's worth. Admissions over all C copies in
// any time t are at most burst + per_second * t + C * max(optimistic_least, optimistic_share * burst); the excess is
// owed, so the long-run rate is exact. A single request that costs more than the optimistic share waits for Redis.
// Without Redis every copy enforces the whole limit by itself: at most C times as much, never an error.
//
// Thread-safe. May outlive the bus; it decides alone then.
class Limiter {
 public:
  explicit Limiter(Bus& bus, LimiterOptions options = {});
  ~Limiter();
  Limiter(const Limiter&) = delete;
  Limiter& operator=(const Limiter&) = delete;

  // Takes `cost` from `key`, which names tenant, class and subject ("example.org/send/@user:example.org"). What is
  // refused costs nothing. A cost above the burst is taken as the burst.
  Task<Decision> Take(std::string key, LimitSpec spec, double cost = 1);

  LimiterCounters counters() const;

 private:
  class Core;
  const std::shared_ptr<Core> core_;
};

}  // namespace plexus::bus
