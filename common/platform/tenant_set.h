// A role's own objects of each tenant, found by the tenant's name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace plexus::platform {

// Thread-safe. What Find returned stays alive as long as the caller holds it.
template <typename T>
class TenantSet {
 public:
  void Add(const std::string& server_name, std::shared_ptr<T> tenant) {
    absl::MutexLock lock(&mutex_);
    tenants_[server_name] = std::move(tenant);
  }
  std::shared_ptr<T> Remove(const std::string& server_name) {
    absl::MutexLock lock(&mutex_);
    auto node = tenants_.extract(server_name);
    return node ? std::move(node.mapped()) : nullptr;
  }
  // NotFound if this process does not serve the tenant.
  absl::StatusOr<std::shared_ptr<T>> Find(const std::string& server_name) const {
    absl::ReaderMutexLock lock(&mutex_);
    auto it = tenants_.find(server_name);
    if (it == tenants_.end()) return absl::NotFoundError("this process does not serve the tenant " + server_name);
    return it->second;
  }
  std::vector<std::shared_ptr<T>> All() const {
    absl::ReaderMutexLock lock(&mutex_);
    std::vector<std::shared_ptr<T>> all;
    for (const auto& [name, tenant] : tenants_) all.push_back(tenant);
    return all;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<T>> tenants_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::platform
