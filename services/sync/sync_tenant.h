// What the sync role holds of one tenant: its feed while somebody syncs, and small caches.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/platform/io_threads.h"
#include "common/platform/tenant.h"
#include "common/rpc/channel.h"
#include "services/sync/domain/filter_cache.h"
#include "services/sync/domain/lazy_members.h"
#include "services/sync/feed/tenant_feed.h"

namespace plexus::sync {

// Of the process; outlives every tenant in it.
struct SyncEnv {
  const Clock* clock = nullptr;
  rpc::Channel* rpc = nullptr;
  platform::IoThreads* io = nullptr;
  FeedOptions feed;
};

// Thread-safe.
class SyncTenant {
 public:
  SyncTenant(SyncEnv env, platform::TenantPtr tenant);

  const SyncEnv& env() const { return env_; }
  platform::TenantData& data() const { return *tenant_->data; }
  FilterCache& filters() { return filters_; }
  LazyMembersCache& lazy_members() { return lazy_members_; }

  // The running feed, started if there is none.
  Task<absl::StatusOr<std::shared_ptr<TenantFeed>>> Feed();
  // The running feed or null.
  std::shared_ptr<TenantFeed> CurrentFeed() const;
  // `feed` is no good any more (the database was failed over): the next request starts another.
  Task<void> Discard(std::shared_ptr<TenantFeed> feed);
  // Stops the feed if nobody has asked for it for `idle`.
  Task<void> StopIfIdle(absl::Duration idle);
  // Stops the feed for good.
  Task<void> Close();

 private:
  // Makes `feed` the running one unless there is one already, which is returned then.
  std::shared_ptr<TenantFeed> Install(std::shared_ptr<TenantFeed> feed);

  const SyncEnv env_;
  const platform::TenantPtr tenant_;
  FilterCache filters_;
  LazyMembersCache lazy_members_;
  mutable absl::Mutex mutex_;
  std::shared_ptr<TenantFeed> feed_ ABSL_GUARDED_BY(mutex_);
  int64_t last_used_nanos_ ABSL_GUARDED_BY(mutex_) = 0;  // Clock::BootNanos
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace plexus::sync
