#include "gateway/auth/revocations.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "common/bus/cache_invalidation.h"

namespace plexus::gateway {
namespace {

constexpr std::string_view kKind = "token";  // keys are token ids
// The bus proves itself every 500 ms; two proofs may be missed.
constexpr std::chrono::milliseconds kFresh{1500};

}  // namespace

struct Revocations::Listener {
  std::string tenant;
  std::shared_ptr<TokenCache> cache;
  std::atomic<bool> hears{false};  // Redis has confirmed the subscription

  void OnInvalidation(std::string_view key) {
    int64_t token_id = 0;
    if (absl::SimpleAtoi(key, &token_id)) return cache->Forget(tenant, token_id);
    cache->ForgetTenant(tenant);
    hears = true;
  }
};

Revocations::Revocations(std::string tenant, bus::Bus* bus, std::shared_ptr<TokenCache> cache, Executor executor)
    : tenant_(std::move(tenant)), bus_(bus), cache_(std::move(cache)), executor_(std::move(executor)) {}

bool Revocations::AreKnown(int64_t now_nanos) {
  last_asked_.store(now_nanos, std::memory_order_relaxed);
  if (bus_ == nullptr) return false;
  absl::MutexLock lock(&mutex_);
  if (listener_ == nullptr) {
    listener_ = std::make_shared<Listener>();
    listener_->tenant = tenant_;
    listener_->cache = cache_;
    auto on_invalidation = [listener = listener_](std::string_view key) { listener->OnInvalidation(key); };
    subscription_ = bus::SubscribeInvalidations(*bus_, tenant_, kKind, executor_, on_invalidation);
  }
  return listener_->hears && bus_->Fresh(kFresh);
}

void Revocations::StopIfIdle(int64_t before_nanos) {
  if (last_asked_.load(std::memory_order_relaxed) >= before_nanos) return;
  absl::MutexLock lock(&mutex_);
  if (listener_ == nullptr) return;
  subscription_ = bus::Subscription();
  listener_.reset();
  cache_->ForgetTenant(tenant_);
}

}  // namespace plexus::gateway
