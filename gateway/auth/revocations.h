// Hears which access tokens of a tenant have been revoked.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/task.h"
#include "common/bus/bus.h"
#include "gateway/auth/token_cache.h"

namespace plexus::gateway {

// Makes a shared TokenCache forget what the account role revokes. Subscribes with the tenant's first check, and stops
// when it is idle. Thread-safe.
class Revocations {
 public:
  // `bus` may be null: then nothing is ever trusted. `bus` and `cache` outlive this.
  Revocations(std::string tenant, bus::Bus* bus, std::shared_ptr<TokenCache> cache, Executor executor);

  // Whether everything that was revoked until a moment ago has been forgotten, so that the cache may be believed.
  bool AreKnown(int64_t now_nanos);

  // Ends the subscription if AreKnown was not asked since `before_nanos`.
  void StopIfIdle(int64_t before_nanos);

 private:
  struct Listener;  // what the subscription's callback needs; lives as long as a callback may run

  const std::string tenant_;
  bus::Bus* const bus_;
  const std::shared_ptr<TokenCache> cache_;
  const Executor executor_;
  std::atomic<int64_t> last_asked_{0};
  absl::Mutex mutex_;
  std::shared_ptr<Listener> listener_ ABSL_GUARDED_BY(mutex_);
  bus::Subscription subscription_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::gateway
