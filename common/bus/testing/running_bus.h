// A Bus that runs for the length of a test.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "common/base/random.h"
#include "common/bus/bus.h"
#include "common/bus/testing/io_threads.h"

namespace plexus::bus::testing {

inline constexpr char kNoRedis[] = "/nonexistent/redis.sock";

// Its own prefix; reconnects quickly.
inline BusConfig ConfigFor(RedisEndpoint redis) {
  BusConfig config;
  config.redis = std::move(redis);
  config.prefix = "test-" + RandomAlphanumeric(8) + ":";
  config.connect_timeout = std::chrono::milliseconds(3000);
  config.ping_interval = std::chrono::milliseconds(20);
  config.silence_timeout = std::chrono::milliseconds(3000);
  config.min_backoff = std::chrono::milliseconds(5);
  config.max_backoff = std::chrono::milliseconds(50);
  return config;
}

// Started; stopped with the object.
struct RunningBus {
  RunningBus(IoThreads& io, BusConfig config) : io(io), bus(std::move(config), io.executor()) { bus.Start(); }
  ~RunningBus() { io.Await(bus.Stop()); }
  Bus* operator->() { return &bus; }
  bool Connects() {
    return Eventually([this] { return bus.connected(); });
  }

  IoThreads& io;
  Bus bus;
};

}  // namespace plexus::bus::testing
