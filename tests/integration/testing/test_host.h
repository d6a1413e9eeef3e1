// A whole host in this process, with its own database and Redis prefix.
#pragma once

#include <memory>
#include <string>

#include "common/bus/testing/redis_process.h"
#include "common/platform/host/service_host.h"
#include "common/storage/testing/test_database.h"

namespace plexus::integration {

// A test's servers: a database of its own on that of PLEXUS_TEST_PG, and a Redis of its own, so that other tests are
// not counted.
struct Backends {
  std::unique_ptr<storage::testing::TestDatabase> database;
  std::unique_ptr<bus::testing::RedisProcess> redis;
  std::string redis_socket;
  std::string directory;  // of the test's own files; removed at the end
  ~Backends();
};
// FailedPrecondition if the environment names no Postgres.
absl::StatusOr<std::unique_ptr<Backends>> MakeBackends();

// The configuration of a process with all roles, an HTTP and a metrics listener on port 0, an RPC listener on a UNIX
// socket, and one tenant for each name; keys are made in the directory. Hashes are cheap, limits off, registration
// open.
platform::Config MakeConfig(const Backends& backends, const std::vector<std::string>& server_names);
platform::TenantConfig MakeTenant(const Backends& backends, const std::string& server_name);

absl::StatusOr<std::unique_ptr<platform::ServiceHost>> MakeHost(platform::Config config);

// "http://127.0.0.1:port" of the host's first HTTP listener.
std::string HttpBase(const platform::ServiceHost& host);

}  // namespace plexus::integration
