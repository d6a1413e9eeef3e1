// What a process holds, counted from outside of it: for tests that nothing is left behind.
#pragma once

#include <ostream>
#include <string>

namespace plexus::integration {

struct Resources {
  int threads = 0;  // but gRPC's own
  int descriptors = 0;
  int postgres_connections = 0;  // to the test's database, but the counting one
  int processes = 0;             // rows of plexus.process
  int owned_shards = 0;          // in all schemas of the database
  int redis_clients = 0;         // of the server, but the counting one
  int redis_channels = 0;        // with subscribers
  friend bool operator==(const Resources&, const Resources&) = default;
};

std::ostream& operator<<(std::ostream& out, const Resources& resources);

// Of this process, the database and the Redis server. Closed sockets take a moment to vanish on the other side:
// counts until two counts agree, for two seconds at most.
Resources CountResources(const std::string& database, const std::string& redis_socket);

}  // namespace plexus::integration
