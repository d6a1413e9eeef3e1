#include "services/sync/sync_role.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "common/base/status_macros.h"
#include "common/rpc/registry.h"
#include "plexus/sync/v1/sync_service.rpc.h"
#include "services/sync/handlers/handlers.h"

namespace plexus::sync {
namespace {

using Tenants = platform::TenantSet<SyncTenant>;

constexpr absl::Duration kSweepInterval = absl::Seconds(30);
// The age of a sign of life from the bus that still counts.
constexpr auto kBusMaxAge = std::chrono::seconds(3);
// The share of the process' caches that recent log entries may take in one tenant, and its bounds.
constexpr int64_t kCacheShare = 8;
constexpr int64_t kMinRecentBytes = 4 << 20;
constexpr int64_t kBytesPerMembership = 160;

Task<absl::StatusOr<v1::SyncResponse>> Serve(std::shared_ptr<Tenants> tenants, const rpc::Context& context,
                                             const v1::SyncRequest& request) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::shared_ptr<SyncTenant> tenant, tenants->Find(context.tenant));
  co_return co_await Sync(std::move(tenant), context, request);
}

FeedOptions BudgetOf(const platform::ProcessConfig& config) {
  FeedOptions options;
  const int64_t share = std::max(config.cache_bytes / kCacheShare, kMinRecentBytes);
  options.recent_bytes = static_cast<size_t>(share);
  options.max_memberships = static_cast<size_t>(share / kBytesPerMembership);
  return options;
}

}  // namespace

SyncRole::SyncRole() : tenants_(std::make_shared<Tenants>()) {}

SyncRole::~SyncRole() = default;

absl::Status SyncRole::Setup(const platform::Process& process) {
  env_.clock = process.clock;
  env_.rpc = process.rpc;
  env_.io = process.io;
  env_.feed = BudgetOf(process.config->process);
  bus_ = process.bus;
  tenant_idle_ = absl::Milliseconds(process.config->process.tenant_idle_ms);
  return process.registry->Handle(v1::SyncService::Sync,
                                  [tenants = tenants_](const rpc::Context& context, const v1::SyncRequest& request) {
                                    return Serve(tenants, context, request);
                                  });
}

Task<absl::Status> SyncRole::Start() {
  Executor executor = env_.io->Any();
  beacons_ = std::make_shared<bus::BeaconListener>(
      *bus_, executor, [this](const std::vector<bus::ShardHead>& heads) { OnHeads(heads); });
  env_.feed.bus_is_fresh = [weak = std::weak_ptr(beacons_)] {
    auto beacons = weak.lock();
    return beacons != nullptr && beacons->Fresh(kBusMaxAge);
  };
  sweeper_ = std::make_unique<IdleSweeper>(executor, kSweepInterval, [this] { return SweepIdle(); });
  sweeper_->Start();
  co_return absl::OkStatus();
}

Task<absl::Status> SyncRole::OpenTenant(platform::TenantPtr tenant) {
  const std::string server_name = tenant->server_name();
  tenants_->Add(server_name, std::make_shared<SyncTenant>(env_, std::move(tenant)));
  absl::MutexLock lock(&mutex_);
  open_.insert(server_name);
  co_return absl::OkStatus();
}

Task<void> SyncRole::CloseTenant(std::string server_name) {
  {
    absl::MutexLock lock(&mutex_);
    open_.erase(server_name);
  }
  std::shared_ptr<SyncTenant> tenant = tenants_->Remove(server_name);
  if (tenant != nullptr) co_await tenant->Close();
}

Task<void> SyncRole::Shutdown() {
  if (sweeper_ != nullptr) co_await sweeper_->Stop();
  beacons_ = nullptr;
}

void SyncRole::Measure(platform::Samples& samples) const {
  for (const std::shared_ptr<SyncTenant>& tenant : tenants_->All()) {
    if (std::shared_ptr<TenantFeed> feed = tenant->CurrentFeed()) feed->Measure(samples);
  }
}

void SyncRole::OnHeads(const std::vector<bus::ShardHead>& heads) const {
  for (const bus::ShardHead& head : heads) {
    absl::StatusOr<std::shared_ptr<SyncTenant>> tenant = tenants_->Find(head.tenant);
    if (!tenant.ok()) continue;
    std::shared_ptr<TenantFeed> feed = (*tenant)->CurrentFeed();
    if (feed != nullptr) feed->Hint(head.kind == "room", head.shard, head.head);
  }
}

Task<void> SyncRole::SweepIdle() {
  std::set<std::string> names;
  {
    absl::MutexLock lock(&mutex_);
    names = open_;
  }
  for (const std::string& name : names) {
    absl::StatusOr<std::shared_ptr<SyncTenant>> tenant = tenants_->Find(name);
    if (tenant.ok()) co_await (*tenant)->StopIfIdle(tenant_idle_);
  }
}

}  // namespace plexus::sync
