#include "tests/integration/testing/test_host.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "gateway/gateway_role.h"
#include "plexus/roles.h"

namespace plexus::integration {

Backends::~Backends() {
  std::error_code ignored;
  if (!directory.empty()) std::filesystem::remove_all(directory, ignored);
}

absl::StatusOr<std::unique_ptr<Backends>> MakeBackends() {
  if (std::getenv("PLEXUS_TEST_PG") == nullptr) return absl::FailedPreconditionError("PLEXUS_TEST_PG is not set");
  auto backends = std::make_unique<Backends>();
  storage::testing::TestDatabaseOptions options;
  options.migrated = false;
  PLEXUS_ASSIGN_OR_RETURN(backends->database, storage::testing::TestDatabase::Create(options));
  backends->redis = std::make_unique<bus::testing::RedisProcess>();
  backends->redis_socket = backends->redis->endpoint().socket;
  backends->directory = absl::StrCat("/tmp/plexus-test-", RandomAlphanumeric(10));
  std::filesystem::create_directory(backends->directory);
  return backends;
}

platform::TenantConfig MakeTenant(const Backends& backends, const std::string& server_name) {
  platform::TenantConfig tenant;
  tenant.server_name = server_name;
  tenant.schema = platform::SchemaFor(server_name);
  tenant.signing_key_file = absl::StrCat(backends.directory, "/", tenant.schema, ".key");
  if (!std::filesystem::exists(tenant.signing_key_file)) {
    std::ofstream(tenant.signing_key_file) << matrix::SigningKey::Generate().Print();
  }
  tenant.room_shards = 4;
  tenant.user_shards = 4;
  tenant.registration.enabled = true;
  tenant.registration.shared_secret = "secret of the tests";
  tenant.cheap_password_hashes = true;
  tenant.limits = {{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}};
  return tenant;
}

platform::Config MakeConfig(const Backends& backends, const std::vector<std::string>& server_names) {
  platform::Config config;
  config.file = "test.yaml";
  config.process.threads = 2;
  config.process.log_level = "warn";
  config.database.uri = backends.database->connection_string();
  config.redis.socket = backends.redis_socket;
  config.redis.prefix = absl::StrCat("test:", backends.directory, ":");
  config.http.push_back({.bind = "127.0.0.1:0"});
  config.rpc.push_back({.unix_path = absl::StrCat(backends.directory, "/rpc.sock")});
  config.metrics.push_back({.bind = "127.0.0.1:0"});
  for (const std::string& name : server_names) config.tenants.push_back(MakeTenant(backends, name));
  return config;
}

absl::StatusOr<std::unique_ptr<platform::ServiceHost>> MakeHost(platform::Config config) {
  platform::HostOptions options;
  options.roles = AllRoles();
  return platform::ServiceHost::Create(std::move(config), std::move(options));
}

std::string HttpBase(const platform::ServiceHost& host) {
  const auto* gateway = static_cast<const gateway::GatewayRole*>(host.role("gateway"));
  return absl::StrCat("http://", gateway->http_addresses().front());
}

}  // namespace plexus::integration
