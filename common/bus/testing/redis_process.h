// A private redis-server on a UNIX socket, for tests that kill, stop and restart Redis.
#pragma once

#include <sys/types.h>

#include <string>

#include "common/bus/bus_config.h"

namespace plexus::bus::testing {

// Nothing is persisted: a restarted server is empty. Everything is removed with the object. Not thread-safe.
// Its methods block and abort the test on failure.
class RedisProcess {
 public:
  // Starts a server and waits until it answers. `password` may be empty.
  explicit RedisProcess(std::string password = "");
  ~RedisProcess();
  RedisProcess(const RedisProcess&) = delete;
  RedisProcess& operator=(const RedisProcess&) = delete;

  void Start();
  void Kill();      // SIGKILL
  void Pause();     // SIGSTOP: accepts connections, answers nothing
  void Continue();  // SIGCONT
  void FlushAll();
  // The answer to a command in redis-cli's raw form ("PUBSUB NUMSUB x").
  std::string Cli(const std::string& command);

  RedisEndpoint endpoint() const;
  pid_t pid() const { return pid_; }

 private:
  const std::string password_;
  std::string directory_;
  pid_t pid_ = -1;
};

// The server that PLEXUS_TEST_REDIS names (a socket path), or a private one that lives until the process ends.
RedisEndpoint SharedRedis();

}  // namespace plexus::bus::testing
