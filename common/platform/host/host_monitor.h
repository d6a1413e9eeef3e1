// What a host shows of itself: metrics and health over HTTP, and what gRPC's health service says.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/platform/host/metrics_server.h"
#include "common/platform/host/process_parts.h"
#include "common/platform/host/tenant_table.h"
#include "common/platform/role.h"

namespace plexus::platform {

// Used by one thread, which runs none of the host's work; answers on an I/O thread.
class HostMonitor {
 public:
  // All outlive it.
  HostMonitor(ProcessParts& parts, const std::vector<std::unique_ptr<Role>>& roles, const TenantTable& tenants,
              const Config& config);

  // Binds the listeners of the configuration; without any there is nothing to do. After ProcessParts::Listen.
  absl::Status Start();
  // Whether every role runs and may be measured and called. Not ready at first.
  void SetReady(bool ready);
  // Closes what Start has opened. Before the roles and parts are gone; idempotent.
  void Stop();

  std::vector<std::string> addresses() const;

 private:
  bool ready() const;
  std::string Page() const;

  ProcessParts& parts_;
  const std::vector<std::unique_ptr<Role>>& roles_;
  const TenantTable& tenants_;
  const Config& config_;
  std::unique_ptr<MetricsServer> server_;
  mutable absl::Mutex mutex_;  // held while roles are measured, so that none of them stops meanwhile
  bool ready_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace plexus::platform
