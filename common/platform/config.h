// The configuration file, as values. docs/configuration.md explains each key; unknown keys are errors.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/platform/appservice.h"

namespace plexus::platform {

struct DatabaseConfig {
  std::string uri;          // libpq keyword string or postgresql:// URI
  int max_connections = 8;  // per process
};

struct RedisConfig {
  std::string socket;  // path of a UNIX socket, or
  std::string host;    // a host name with
  int port = 6379;
  std::string password;
  std::string prefix = "plexus:";
};

// Where to listen: exactly one of `bind` ("127.0.0.1:8008", "[::]:8008", port 0 for any) and `unix`.
struct ListenerConfig {
  std::string bind;
  std::string unix_path;
  int mode = 0660;    // of the UNIX socket
  std::string group;  // of the UNIX socket; empty keeps the process's
  bool tls = false;   // of HTTP listeners: with the tenants' certificates
};

struct RpcSecurityConfig {
  std::vector<std::string> secrets;  // the first is sent, all (at most two) are accepted
  std::string certificate_file, key_file, ca_file;
};

struct RegistrationConfig {
  bool enabled = false;        // open registration (m.login.dummy)
  bool require_token = false;  // m.login.registration_token instead
  std::string shared_secret;   // of /_synapse/admin/v1/register; empty switches it off
};

// Rate limits of one class of requests, per user or address.
struct LimitConfig {
  double per_second = 0;  // 0: no limit
  double burst = 0;
};

struct TenantLimits {
  LimitConfig registration{0.17, 3};
  LimitConfig login{0.5, 10};
  LimitConfig message{50, 200};  // sends, by user
  LimitConfig join{5, 30};
  LimitConfig request{200, 1000};  // everything else, by user or address
};

struct TurnConfig {
  std::vector<std::string> uris;
  std::string shared_secret;
  int64_t ttl_seconds = 86400;
};

struct TenantConfig {
  std::string server_name;
  std::string schema;  // Postgres schema; derived from the server name if empty
  std::string signing_key_file;
  std::string public_base_url;     // for /.well-known/matrix/client; empty: none served
  std::string federation_address;  // m.server of /.well-known/matrix/server; empty: none served
  std::string support_json;        // /.well-known/matrix/support, an object; empty: none served
  std::string tls_certificate_file, tls_key_file;
  int room_shards = 16, user_shards = 16;  // used when the tenant's schema is created, fixed afterwards
  RegistrationConfig registration;
  TenantLimits limits;
  TurnConfig turn;
  std::string default_room_version;            // empty: the build's
  std::vector<Appservice> appservices;         // of the files that appservice_files names
  bool cheap_password_hashes = false;          // for tests
  int64_t access_token_lifetime_ms = 300'000;  // of tokens that come with a refresh token
};

struct ProcessConfig {
  std::vector<std::string> roles;  // gateway, account, event_persister, room, sync
  int threads = 0;                 // I/O threads; 0: one for each core
  std::string id;                  // name in directories and logs; empty: generated
  std::string advertise;           // address for other processes; empty: the first RPC listener's
  std::vector<std::string> seeds;  // RPC addresses to learn the directory from, for processes without a database
  int64_t lease_ttl_ms = 5000;
  int64_t tenant_idle_ms = 600'000;  // a tenant without requests for so long gives its leases back
  int64_t shutdown_ms = 10'000;
  int64_t cache_bytes = 256 << 20;
  std::string log_level = "info";
};

struct Config {
  std::string file;  // where it came from
  ProcessConfig process;
  DatabaseConfig database;
  RedisConfig redis;
  std::vector<ListenerConfig> http, rpc, metrics;
  RpcSecurityConfig rpc_security;
  std::vector<TenantConfig> tenants;
};

// Reads and checks a whole file. Values of keys named *_file with a secret are read from that file. Errors are
// InvalidArgument and name the file, the key, its value and what is allowed.
absl::StatusOr<Config> LoadConfig(const std::string& path);
absl::StatusOr<Config> ParseConfig(const std::string& yaml, const std::string& name_for_errors);
// One entry of `tenants`, as TenantService/AddTenant takes it.
absl::StatusOr<TenantConfig> ParseTenantConfig(const std::string& yaml, const std::string& name_for_errors);

// Every key that a file may have, as docs/configuration.md writes it: "tenants[].limits.login.burst".
std::set<std::string> ConfigKeys();

// The schema of a tenant that names none: "t_" + the server name with everything but [a-z0-9] as '_', and a short
// hash of it if that changed anything.
std::string SchemaFor(const std::string& server_name);

}  // namespace plexus::platform
