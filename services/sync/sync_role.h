// The sync role: what happened since, for each user.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/bus/heads_beacon.h"
#include "common/platform/role.h"
#include "common/platform/tenant_set.h"
#include "services/sync/idle_sweeper.h"
#include "services/sync/sync_tenant.h"

namespace plexus::sync {

// See platform::Role.
class SyncRole final : public platform::Role {
 public:
  SyncRole();
  ~SyncRole() override;

  std::string_view name() const override { return "sync"; }
  absl::Status Setup(const platform::Process& process) override;
  Task<absl::Status> Start() override;
  Task<absl::Status> OpenTenant(platform::TenantPtr tenant) override;
  Task<void> CloseTenant(std::string server_name) override;
  Task<void> Shutdown() override;
  void Measure(platform::Samples& samples) const override;

 private:
  using Tenants = platform::TenantSet<SyncTenant>;

  void OnHeads(const std::vector<bus::ShardHead>& heads) const;
  Task<void> SweepIdle();

  const std::shared_ptr<Tenants> tenants_;  // handlers share it
  SyncEnv env_;
  bus::Bus* bus_ = nullptr;
  absl::Duration tenant_idle_;
  std::shared_ptr<bus::BeaconListener> beacons_;
  std::unique_ptr<IdleSweeper> sweeper_;
  absl::Mutex mutex_;
  std::set<std::string> open_ ABSL_GUARDED_BY(mutex_);  // server names
};

}  // namespace plexus::sync
