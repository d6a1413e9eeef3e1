// The tenants of a process, each with its own life: whatever befalls one, the others go on.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/platform/data/leased_tenant_data.h"
#include "common/platform/host/process_parts.h"
#include "common/platform/host/service_host.h"

namespace plexus::platform {

// Blocking functions; one caller at a time, except for Statuses().
class TenantTable {
 public:
  TenantTable(ProcessParts& parts, const std::vector<std::unique_ptr<Role>>& roles, const Config& config);

  // Takes a tenant up; AlreadyExists if there is one of that name.
  absl::Status Add(TenantConfig config);
  // Reads its key, migrates and opens its schema. What fails is kept as the tenant's error.
  void Setup(const std::string& server_name);
  // Opens it to the roles.
  void Open(const std::string& server_name);
  // Closes it in the roles and gives its shards to others.
  void Close(const std::string& server_name);
  absl::Status Remove(const std::string& server_name);

  std::vector<std::string> Names() const;
  std::vector<TenantStatus> Statuses() const;
  // Lets go of tenants that had no request for the configured time.
  Task<void> ReleaseIdle();

 private:
  struct Entry {
    TenantStatus status;
    TenantConfig config;
    std::shared_ptr<const matrix::SigningKey> key;
    std::optional<storage::SchemaInfo> info;
    std::shared_ptr<LeasedTenantData> data;
    size_t opened_roles = 0;  // the first so many roles know it
  };

  absl::Status SetupEntry(Entry& entry);
  absl::Status ReadKey(Entry& entry);
  absl::Status OpenEntry(Entry& entry);
  void CloseRoles(Entry& entry, bool (*wanted)(std::string_view role));
  std::shared_ptr<Entry> Find(const std::string& server_name) const;
  void Note(Entry& entry, TenantState state, absl::Status error);
  void PublishShards();

  ProcessParts& parts_;
  const std::vector<std::unique_ptr<Role>>& roles_;
  const Config& config_;
  mutable absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::platform
