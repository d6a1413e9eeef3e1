#include "common/platform/host/host_monitor.h"

#include "common/base/status_macros.h"
#include "common/platform/host/process_measures.h"
#include "common/platform/process_usage.h"

namespace plexus::platform {

HostMonitor::HostMonitor(ProcessParts& parts, const std::vector<std::unique_ptr<Role>>& roles,
                         const TenantTable& tenants, const Config& config)
    : parts_(parts), roles_(roles), tenants_(tenants), config_(config) {}

absl::Status HostMonitor::Start() {
  if (config_.metrics.empty()) return absl::OkStatus();
  MetricsServer::Sources sources;
  sources.metrics = [this] { return Page(); };
  sources.ready = [this] { return ready(); };
  sources.process_id = parts_.own_id();
  server_ = std::make_unique<MetricsServer>(parts_.io(), std::move(sources));
  return server_->Start(config_.metrics);
}

void HostMonitor::SetReady(bool ready) {
  {
    absl::MutexLock lock(&mutex_);
    ready_ = ready;
  }
  parts_.SetServing(ready);
}

void HostMonitor::Stop() {
  if (server_ != nullptr) server_->Stop();
  server_.reset();
}

std::vector<std::string> HostMonitor::addresses() const {
  return server_ == nullptr ? std::vector<std::string>() : server_->addresses();
}

bool HostMonitor::ready() const {
  absl::MutexLock lock(&mutex_);
  return ready_;
}

std::string HostMonitor::Page() const {
  Samples samples;
  {
    absl::MutexLock lock(&mutex_);
    samples.Add(metric::kReady, ready_ ? 1 : 0);
    if (ready_) {
      for (const auto& role : roles_) role->Measure(samples);
    }
  }
  for (const TenantStatus& tenant : tenants_.Statuses())
    samples.Add(metric::kTenants, 1, {TenantStateName(tenant.state)});
  MeasureProcess(parts_, samples);
  MeasureUsage(samples);
  return parts_.process().metrics->Render(samples);
}

}  // namespace plexus::platform
