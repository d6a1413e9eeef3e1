#include "common/platform/config.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/matrix/ids.h"
#include "common/platform/yaml_reader.h"

namespace plexus::platform {
namespace {

const std::set<std::string> kRoles = {"gateway", "account", "event_persister", "room", "sync"};
const std::set<std::string> kLogLevels = {"trace", "debug", "info", "warn", "error"};

bool IsBindAddress(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) return false;
  const std::string port = text.substr(colon + 1);
  return port.size() <= 5 && std::all_of(port.begin(), port.end(), absl::ascii_isdigit) && std::stoi(port) <= 65535;
}

void ReadListener(YamlReader& in, ListenerConfig* out) {
  in.Text("bind", &out->bind, "an address and port, such as 127.0.0.1:8008", IsBindAddress);
  in.Text("unix", &out->unix_path, "a path of at most 107 bytes",
          [](const std::string& path) { return !path.empty() && path.size() <= 107; });
  in.Mode("mode", &out->mode);
  in.Text("group", &out->group);
  if (out->bind.empty() == out->unix_path.empty())
    in.Fail("bind", "given with unix or without", "exactly one of bind, unix");
}

void ReadLimit(YamlReader& in, const char* key, LimitConfig* out) {
  in.Mapping(key, [&](YamlReader& limit) {
    limit.Number("per_second", &out->per_second, 0, 1e9);
    limit.Number("burst", &out->burst, 0, 1e9);
    if (out->per_second > 0 && out->burst < 1) limit.Fail("burst", absl::StrCat(out->burst), "at least 1");
  });
}

void ReadAppservices(YamlReader& in, std::vector<Appservice>* out) {
  std::vector<std::string> patterns;
  in.Texts("appservice_files", &patterns);
  absl::StatusOr<std::vector<Appservice>> read = LoadAppservices(patterns);
  if (!read.ok()) return in.Fail(read.status());
  *out = *std::move(read);
}

void ReadTenant(YamlReader& in, TenantConfig* out) {
  in.Text("server_name", &out->server_name, "a Matrix server name, such as example.org",
          [](const std::string& name) { return matrix::IsValidServerName(name); });
  if (out->server_name.empty()) in.Fail("server_name", "missing", "a Matrix server name, such as example.org");
  in.Text("schema", &out->schema, "1 to 48 characters of a-z, 0-9 and _, a letter first", [](const std::string& name) {
    return !name.empty() && name.size() <= 48 && absl::ascii_islower(name[0]) &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_'; });
  });
  if (out->schema.empty()) out->schema = SchemaFor(out->server_name);
  in.Text("signing_key_file", &out->signing_key_file);
  in.Text("public_base_url", &out->public_base_url, "a URL that starts with https:// or http://",
          [](const std::string& url) { return url.starts_with("https://") || url.starts_with("http://"); });
  in.Text("federation_address", &out->federation_address, "a Matrix server name, such as matrix.example.org:443",
          [](const std::string& name) { return matrix::IsValidServerName(name); });
  in.Text("support_json", &out->support_json);
  in.File("tls_certificate_file", &out->tls_certificate_file);
  in.File("tls_key_file", &out->tls_key_file);
  in.Integer("room_shards", &out->room_shards, 1, 256);
  in.Integer("user_shards", &out->user_shards, 1, 256);
  in.Text("default_room_version", &out->default_room_version);
  ReadAppservices(in, &out->appservices);
  in.Boolean("cheap_password_hashes", &out->cheap_password_hashes);
  in.Integer("access_token_lifetime_ms", &out->access_token_lifetime_ms, 1000, int64_t{1} << 40);
  in.Mapping("registration", [&](YamlReader& registration) {
    registration.Boolean("enabled", &out->registration.enabled);
    registration.Boolean("require_token", &out->registration.require_token);
    registration.Secret("shared_secret", &out->registration.shared_secret);
  });
  in.Mapping("limits", [&](YamlReader& limits) {
    ReadLimit(limits, "registration", &out->limits.registration);
    ReadLimit(limits, "login", &out->limits.login);
    ReadLimit(limits, "message", &out->limits.message);
    ReadLimit(limits, "join", &out->limits.join);
    ReadLimit(limits, "request", &out->limits.request);
  });
  in.Mapping("turn", [&](YamlReader& turn) {
    turn.Texts("uris", &out->turn.uris);
    turn.Secret("shared_secret", &out->turn.shared_secret);
    turn.Integer("ttl_seconds", &out->turn.ttl_seconds, 60, 604'800);
  });
}

void ReadProcess(YamlReader& in, ProcessConfig* out) {
  in.Texts("roles", &out->roles);
  for (const std::string& role : out->roles) {
    if (!kRoles.contains(role)) in.Fail("roles", absl::StrCat("\"", role, "\""), absl::StrJoin(kRoles, ", "));
  }
  in.Integer("threads", &out->threads, 0, 1024);
  in.Text("id", &out->id);
  in.Text("advertise", &out->advertise);
  in.Texts("seeds", &out->seeds);
  in.Integer("lease_ttl_ms", &out->lease_ttl_ms, 200, 600'000);
  in.Integer("tenant_idle_ms", &out->tenant_idle_ms, 100, int64_t{1} << 40);
  in.Integer("shutdown_ms", &out->shutdown_ms, 0, 600'000);
  in.Integer("cache_bytes", &out->cache_bytes, 1 << 20, int64_t{1} << 42);
  in.Text("log_level", &out->log_level, absl::StrJoin(kLogLevels, ", "),
          [](const std::string& level) { return kLogLevels.contains(level); });
}

void ReadConfig(YamlReader& in, Config* out) {
  in.Mapping("process", [&](YamlReader& process) { ReadProcess(process, &out->process); });
  in.Mapping("database", [&](YamlReader& database) {
    database.Secret("uri", &out->database.uri);
    database.Integer("max_connections", &out->database.max_connections, 1, 1000);
  });
  in.Mapping("redis", [&](YamlReader& redis) {
    redis.Text("socket", &out->redis.socket);
    redis.Text("host", &out->redis.host);
    redis.Integer("port", &out->redis.port, 1, 65535);
    redis.Secret("password", &out->redis.password);
    redis.Text("prefix", &out->redis.prefix);
    if (out->redis.socket.empty() == out->redis.host.empty()) {
      redis.Fail("socket", "given with host or without", "exactly one of socket, host");
    }
  });
  in.Mapping("listeners", [&](YamlReader& listeners) {
    listeners.List("http", [&](YamlReader& listener) {
      ReadListener(listener, &out->http.emplace_back());
      listener.Boolean("tls", &out->http.back().tls);
    });
    listeners.List("rpc", [&](YamlReader& listener) { ReadListener(listener, &out->rpc.emplace_back()); });
    listeners.List("metrics", [&](YamlReader& listener) { ReadListener(listener, &out->metrics.emplace_back()); });
  });
  in.Mapping("rpc_security", [&](YamlReader& security) {
    std::string current, previous;
    security.Secret("secret", &current);
    security.Secret("previous_secret", &previous);
    if (!current.empty()) out->rpc_security.secrets.push_back(current);
    if (!previous.empty()) out->rpc_security.secrets.push_back(previous);
    security.File("certificate_file", &out->rpc_security.certificate_file);
    security.File("key_file", &out->rpc_security.key_file);
    security.File("ca_file", &out->rpc_security.ca_file);
  });
  in.List("tenants", [&](YamlReader& tenant) { ReadTenant(tenant, &out->tenants.emplace_back()); });
}

absl::Status CheckWhole(const Config& config, const std::string& name) {
  std::set<std::string> names, schemas;
  for (const TenantConfig& tenant : config.tenants) {
    if (!names.insert(tenant.server_name).second || !schemas.insert(tenant.schema).second) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": tenants: server_name \"", tenant.server_name,
                                                     "\" is given twice; allowed: each server name and schema once"));
    }
  }
  return absl::OkStatus();
}

// yaml-cpp reports broken YAML, and nothing else that is not handled by YamlReader, by exceptions.
template <typename T>
absl::StatusOr<T> ParseYaml(const std::string& yaml, const std::string& name, void (*read)(YamlReader&, T*)) {
  absl::Status status;
  T out;
  try {
    YAML::Node root = YAML::Load(yaml);
    YamlReader reader(root, name, &status);
    read(reader, &out);
    reader.Finish();
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": not valid YAML: ", error.what()));
  }
  if (!status.ok()) return status;
  return out;
}

}  // namespace

std::set<std::string> ConfigKeys() {
  std::set<std::string> keys;
  absl::Status ignored;  // what is missing is not the question here
  Config config;
  YamlReader reader(&keys, &ignored);
  ReadConfig(reader, &config);
  return keys;
}

std::string SchemaFor(const std::string& server_name) {
  std::string schema = "t_";
  bool changed = false;
  uint32_t hash = 2166136261u;
  for (char c : server_name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    const bool plain = absl::ascii_islower(c) || absl::ascii_isdigit(c);
    changed |= !plain;
    if (schema.size() < 36) schema += plain ? c : '_';
  }
  if (changed || server_name.size() > 34) absl::StrAppend(&schema, "_", absl::Hex(hash, absl::kZeroPad8));
  return schema;
}

absl::StatusOr<Config> ParseConfig(const std::string& yaml, const std::string& name_for_errors) {
  PLEXUS_ASSIGN_OR_RETURN(Config config, ParseYaml<Config>(yaml, name_for_errors, ReadConfig));
  config.file = name_for_errors;
  PLEXUS_RETURN_IF_ERROR(CheckWhole(config, name_for_errors));
  return config;
}

absl::StatusOr<Config> LoadConfig(const std::string& path) {
  std::ifstream in(path);
  if (!in) return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be read; allowed: a YAML file"));
  std::stringstream contents;
  contents << in.rdbuf();
  return ParseConfig(contents.str(), path);
}

absl::StatusOr<TenantConfig> ParseTenantConfig(const std::string& yaml, const std::string& name_for_errors) {
  return ParseYaml<TenantConfig>(yaml, name_for_errors, ReadTenant);
}

}  // namespace plexus::platform
