#include "common/platform/host/tenant_table.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/status_macros.h"
#include "common/platform/host/blocking.h"
#include "common/platform/log.h"

namespace plexus::platform {

TenantTable::TenantTable(ProcessParts& parts, const std::vector<std::unique_ptr<Role>>& roles, const Config& config)
    : parts_(parts), roles_(roles), config_(config) {}

std::shared_ptr<TenantTable::Entry> TenantTable::Find(const std::string& server_name) const {
  absl::MutexLock lock(&mutex_);
  auto it = entries_.find(server_name);
  return it == entries_.end() ? nullptr : it->second;
}

void TenantTable::Note(Entry& entry, TenantState state, absl::Status error) {
  {
    absl::MutexLock lock(&mutex_);
    entry.status.state = state;
    entry.status.error = error;
  }
  if (error.ok()) {
    LogInfo("tenant", {{"tenant", entry.config.server_name}, {"state", TenantStateName(state)}});
  } else {
    LogError("tenant",
             {{"tenant", entry.config.server_name}, {"state", TenantStateName(state)}, {"why", error.message()}});
  }
}

absl::Status TenantTable::Add(TenantConfig config) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [name, entry] : entries_) {
    if (name == config.server_name || entry->config.schema == config.schema) {
      return absl::AlreadyExistsError(
          absl::StrCat("the tenant ", name, " with schema ", entry->config.schema, " is in this process already"));
    }
  }
  auto entry = std::make_shared<Entry>();
  entry->status.server_name = config.server_name;
  const std::string name = config.server_name;
  entry->config = std::move(config);
  entries_[name] = std::move(entry);
  return absl::OkStatus();
}

absl::Status TenantTable::ReadKey(Entry& entry) {
  const auto& roles = config_.process.roles;
  if (std::find(roles.begin(), roles.end(), "event_persister") == roles.end()) return absl::OkStatus();
  const std::string& path = entry.config.signing_key_file;
  std::ifstream in(path);
  if (!in) {
    return absl::InvalidArgumentError(absl::StrCat(config_.file, ": tenants: signing_key_file is \"", path,
                                                   "\"; allowed: a file that `plexus keygen` wrote"));
  }
  std::stringstream text;
  text << in.rdbuf();
  absl::StatusOr<matrix::SigningKey> key = matrix::SigningKey::Parse(text.str());
  if (!key.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(config_.file, ": tenants: signing_key_file is \"", path,
                                                   "\", which holds no key: ", key.status().message()));
  }
  entry.key = std::make_shared<const matrix::SigningKey>(*std::move(key));
  return absl::OkStatus();
}

absl::Status TenantTable::SetupEntry(Entry& entry) {
  const TenantConfig& config = entry.config;
  PLEXUS_RETURN_IF_ERROR(Fault(absl::StrCat("tenant.setup.", config.server_name)));
  PLEXUS_RETURN_IF_ERROR(ReadKey(entry));
  if (!parts_.has_database()) return absl::OkStatus();
  PLEXUS_ASSIGN_OR_RETURN(storage::SchemaName schema, storage::SchemaName::Parse(config.schema));
  PLEXUS_ASSIGN_OR_RETURN(
      entry.info,
      storage::MigrateSchema(parts_.database(), schema, {config.server_name, config.room_shards, config.user_shards}));
  return absl::OkStatus();
}

void TenantTable::Setup(const std::string& server_name) {
  std::shared_ptr<Entry> entry = Find(server_name);
  absl::Status status = SetupEntry(*entry);
  Note(*entry, status.ok() ? TenantState::kSetUp : TenantState::kFailed, status);
}

absl::Status TenantTable::OpenEntry(Entry& entry) {
  PLEXUS_RETURN_IF_ERROR(Fault(absl::StrCat("tenant.start.", entry.config.server_name)));
  auto tenant = std::make_shared<Tenant>();
  tenant->config = entry.config;
  tenant->signing_key = entry.key;
  if (parts_.has_database()) {
    PLEXUS_ASSIGN_OR_RETURN(storage::SchemaName schema, storage::SchemaName::Parse(entry.config.schema));
    LeasedTenantData::Shared shared{&parts_.database(), &parts_.leases(), &parts_.bus(),
                                    &parts_.beacon(),   &parts_.io(),     parts_.process().clock};
    entry.data = std::make_shared<LeasedTenantData>(entry.config.server_name, std::move(schema), *entry.info, shared);
    tenant->data = entry.data;
  }
  for (const auto& role : roles_) {
    ++entry.opened_roles;  // counted first: a role that fails half-way is closed all the same
    PLEXUS_RETURN_IF_ERROR(Fault(absl::StrCat("tenant.start.", entry.config.server_name, ".", role->name())));
    PLEXUS_RETURN_IF_ERROR(RunBlocking(parts_.io().Any(), role->OpenTenant(tenant)));
  }
  return absl::OkStatus();
}

void TenantTable::Open(const std::string& server_name) {
  std::shared_ptr<Entry> entry = Find(server_name);
  if (entry->status.state != TenantState::kSetUp) return;
  absl::Status status = OpenEntry(*entry);
  if (!status.ok()) Close(server_name);
  Note(*entry, status.ok() ? TenantState::kRunning : TenantState::kFailed, status);
  PublishShards();
}

// In the order opposite to the opening.
void TenantTable::CloseRoles(Entry& entry, bool (*wanted)(std::string_view role)) {
  for (size_t i = entry.opened_roles; i > 0; --i) {
    Role& role = *roles_[i - 1];
    if (wanted(role.name())) RunBlocking(parts_.io().Any(), role.CloseTenant(entry.config.server_name));
  }
}

// First the gateway, which lets running requests finish; then the shards are drained and given to others; then nobody
// needs the other roles.
void TenantTable::Close(const std::string& server_name) {
  std::shared_ptr<Entry> entry = Find(server_name);
  if (entry == nullptr) return;
  CloseRoles(*entry, [](std::string_view role) { return role == kGatewayRole; });
  if (entry->data != nullptr) {
    absl::Status released = RunBlocking(parts_.io().Any(), entry->data->Close());
    if (!released.ok()) LogWarn("tenant not released", {{"tenant", server_name}, {"why", released.message()}});
  }
  CloseRoles(*entry, [](std::string_view role) { return role != kGatewayRole; });
  entry->opened_roles = 0;
  entry->data.reset();
  if (entry->status.state == TenantState::kRunning) Note(*entry, TenantState::kStopped, absl::OkStatus());
}

absl::Status TenantTable::Remove(const std::string& server_name) {
  if (Find(server_name) == nullptr) return absl::NotFoundError(absl::StrCat("no tenant ", server_name, " here"));
  Close(server_name);
  {
    absl::MutexLock lock(&mutex_);
    entries_.erase(server_name);
  }
  PublishShards();
  return absl::OkStatus();
}

std::vector<std::string> TenantTable::Names() const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return names;
}

std::vector<TenantStatus> TenantTable::Statuses() const {
  absl::MutexLock lock(&mutex_);
  std::vector<TenantStatus> out;
  for (const auto& [name, entry] : entries_) out.push_back(entry->status);
  return out;
}

void TenantTable::PublishShards() {
  TenantShardsByName shards;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [name, entry] : entries_) {
      if (entry->status.state != TenantState::kRunning) continue;
      if (entry->info) shards[name] = {entry->config.schema, entry->info->room_shards, entry->info->user_shards};
    }
  }
  if (parts_.has_database()) parts_.directory().ApplyTenants(std::move(shards));
}

Task<void> TenantTable::ReleaseIdle() {
  std::vector<std::shared_ptr<LeasedTenantData>> idle;
  {
    const int64_t before = parts_.process().clock->BootNanos() - config_.process.tenant_idle_ms * 1'000'000;
    absl::MutexLock lock(&mutex_);
    for (const auto& [name, entry] : entries_) {
      if (entry->data != nullptr && entry->data->last_used() != 0 && entry->data->last_used() < before) {
        idle.push_back(entry->data);
      }
    }
  }
  for (auto& data : idle) {
    absl::Status released = co_await data->Release();
    if (!released.ok()) LogWarn("idle tenant not released", {{"why", released.message()}});
  }
}

}  // namespace plexus::platform
