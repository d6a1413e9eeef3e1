// Where Redis is and how much memory the bus may use.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace plexus::bus {

// How to reach one Redis: a UNIX socket if `socket` is set, else TCP.
struct RedisEndpoint {
  std::string socket;  // path of at most 107 bytes
  std::string host;    // name or address
  uint16_t port = 6379;
  std::string password;  // AUTH is sent if it is not empty
};

struct BusConfig {
  RedisEndpoint redis;
  // Put before every channel and key, so that several installations can share one Redis.
  std::string prefix = "plexus:";

  // Bytes sent or queued to Redis and not yet answered. Beyond it a publication reaches this process only.
  size_t max_outgoing_bytes = 16 << 20;
  // Bytes queued for one slow subscription. Beyond it what is queued is dropped and the subscription is reset.
  size_t max_subscriber_bytes = 16 << 20;
  // The longest reply or message accepted from Redis; a longer one ends the connection.
  size_t max_incoming_bytes = 64 << 20;

  std::chrono::milliseconds connect_timeout{2000};  // resolving, connecting and AUTH together
  std::chrono::milliseconds ping_interval{500};     // on both connections
  std::chrono::milliseconds silence_timeout{2500};  // no byte from Redis for so long: reconnect
  std::chrono::milliseconds min_backoff{50};        // before the first reconnect; doubled each time, with jitter,
  std::chrono::milliseconds max_backoff{2000};      // up to this
};

}  // namespace plexus::bus
