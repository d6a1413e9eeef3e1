#include "services/sync/sync_tenant.h"

#include <utility>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/rpc/shard_of.h"

namespace plexus::sync {
namespace {

constexpr size_t kMaxFilters = 10'000;
constexpr size_t kMaxLazyDevices = 10'000;

}  // namespace

SyncTenant::SyncTenant(SyncEnv env, platform::TenantPtr tenant)
    : env_(std::move(env)), tenant_(std::move(tenant)), filters_(kMaxFilters), lazy_members_(kMaxLazyDevices) {}

Task<absl::StatusOr<std::shared_ptr<TenantFeed>>> SyncTenant::Feed() {
  if (std::shared_ptr<TenantFeed> running = CurrentFeed()) {
    absl::MutexLock lock(&mutex_);
    last_used_nanos_ = env_.clock->BootNanos();
    co_return running;
  }
  // Several first requests may each start one; all but one stop at once.
  Executor executor = env_.io->ForKey(rpc::StableHash(tenant_->server_name()));
  PLEXUS_CO_ASSIGN_OR_RETURN(std::shared_ptr<TenantFeed> started,
                             co_await TenantFeed::Start(tenant_->server_name(), tenant_->data, executor, env_.feed));
  std::shared_ptr<TenantFeed> installed = Install(started);
  if (installed != started) co_await started->Stop();
  if (installed == nullptr) co_return errors::TryAgain("The server is stopping");
  co_return installed;
}

std::shared_ptr<TenantFeed> SyncTenant::CurrentFeed() const {
  absl::MutexLock lock(&mutex_);
  return feed_;
}

std::shared_ptr<TenantFeed> SyncTenant::Install(std::shared_ptr<TenantFeed> feed) {
  absl::MutexLock lock(&mutex_);
  last_used_nanos_ = env_.clock->BootNanos();
  if (feed_ == nullptr && !closed_) feed_ = std::move(feed);
  return feed_;
}

Task<void> SyncTenant::Discard(std::shared_ptr<TenantFeed> feed) {
  {
    absl::MutexLock lock(&mutex_);
    if (feed_ == feed) feed_ = nullptr;
  }
  co_await feed->Stop();
}

Task<void> SyncTenant::StopIfIdle(absl::Duration idle) {
  std::shared_ptr<TenantFeed> stopping;
  {
    absl::MutexLock lock(&mutex_);
    const absl::Duration unused = absl::Nanoseconds(env_.clock->BootNanos() - last_used_nanos_);
    // A waiting request holds the feed, too.
    if (feed_ == nullptr || unused < idle || feed_.use_count() > 1) co_return;
    stopping = std::move(feed_);
    feed_ = nullptr;
  }
  co_await stopping->Stop();
}

Task<void> SyncTenant::Close() {
  std::shared_ptr<TenantFeed> stopping;
  {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
    stopping = std::move(feed_);
    feed_ = nullptr;
  }
  if (stopping != nullptr) co_await stopping->Stop();
}

}  // namespace plexus::sync
