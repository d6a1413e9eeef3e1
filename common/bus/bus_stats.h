#pragma once

#include <atomic>
#include <cstdint>

namespace plexus::bus {

// What BusCounters shows, while it is being counted.
struct BusStats {
  std::atomic<uint64_t> published{0};
  std::atomic<uint64_t> dropped_disconnected{0};
  std::atomic<uint64_t> dropped_over_bound{0};
  std::atomic<uint64_t> delivered_local{0};
  std::atomic<uint64_t> delivered_remote{0};
  std::atomic<uint64_t> subscriber_overflows{0};
  std::atomic<uint64_t> connects{0};
};

}  // namespace plexus::bus
