#include "common/bus/cache_invalidation.h"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <set>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/bus/bus_core.h"
#include "common/bus/wait_list.h"

namespace plexus::bus {
namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds kRepairInterval{100};
// (tenant, kind) pairs with a lost invalidation. More than this many pairs do not exist at any sane size; the excess
// is left to the caches' own age limit.
constexpr size_t kMaxRepairs = 10'000;

std::string Channel(std::string_view tenant, std::string_view kind) {
  std::string channel = "invalidate/";
  return channel.append(tenant).append("/").append(kind);
}

}  // namespace

class Invalidator::Core : public std::enable_shared_from_this<Invalidator::Core> {
 public:
  explicit Core(std::shared_ptr<BusCore> bus) : bus_(std::move(bus)), stop_requested_(bus_->strand) {}

  static Task<bool> Publish(std::shared_ptr<Core> self, std::string channel, std::string key) {
    bool confirmed = co_await self->bus_->PublishConfirmed(channel, std::move(key), kConfirmTimeout);
    if (!confirmed) self->RepairLater(std::move(channel));
    co_return confirmed;
  }

  void Stop() {
    asio::post(bus_->strand, [self = shared_from_this()] {
      self->stopping_ = true;
      self->stop_requested_.NotifyAll();
    });
  }

 private:
  void RepairLater(std::string channel) {
    bool repairing = false;
    {
      absl::MutexLock lock(&mutex_);
      if (lost_.size() < kMaxRepairs) lost_.insert(std::move(channel));
      repairing = std::exchange(repairing_, true);
    }
    // Not under the mutex: it may begin at once, on this thread.
    if (!repairing) asio::co_spawn(bus_->strand, Repair(shared_from_this()), asio::detached);
  }

  // Has everything of a channel invalidated once Redis is back.
  static Task<void> Repair(std::shared_ptr<Core> self) {
    while (!self->stopping_) {
      std::vector<std::string> lost = self->Lost();
      for (const std::string& channel : lost) {
        if (self->stopping_ || !self->bus_->connected()) break;
        self->Forget(channel);  // before, so that what is lost meanwhile is noted again
        bool confirmed = co_await self->bus_->PublishConfirmed(channel, "", kConfirmTimeout);
        if (!confirmed) self->NoteLost(channel);
      }
      if (self->Finished()) co_return;
      co_await self->stop_requested_.WaitUntil(steady_clock::now() + kRepairInterval);
    }
  }

  std::vector<std::string> Lost() {
    absl::MutexLock lock(&mutex_);
    return {lost_.begin(), lost_.end()};
  }

  void Forget(const std::string& channel) {
    absl::MutexLock lock(&mutex_);
    lost_.erase(channel);
  }

  void NoteLost(const std::string& channel) {
    absl::MutexLock lock(&mutex_);
    lost_.insert(channel);
  }

  bool Finished() {
    absl::MutexLock lock(&mutex_);
    repairing_ = !lost_.empty();
    return !repairing_;
  }

  const std::shared_ptr<BusCore> bus_;
  WaitList stop_requested_;
  bool stopping_ = false;  // strand only

  absl::Mutex mutex_;
  bool repairing_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<std::string> lost_ ABSL_GUARDED_BY(mutex_);  // channels
};

Invalidator::Invalidator(Bus& bus) : core_(std::make_shared<Core>(bus.core())) {}

Invalidator::~Invalidator() { core_->Stop(); }

Task<bool> Invalidator::Publish(std::string tenant, std::string kind, std::string key) {
  return Core::Publish(core_, Channel(tenant, kind), std::move(key));
}

Subscription SubscribeInvalidations(Bus& bus, std::string_view tenant, std::string_view kind, Executor executor,
                                    std::function<void(std::string_view key)> on_invalidation) {
  OnMessage on_message = [on_invalidation](Payload key) { on_invalidation(*key); };
  OnReset on_reset = [on_invalidation] { on_invalidation(""); };
  return bus.Subscribe(Channel(tenant, kind), std::move(executor), std::move(on_message), std::move(on_reset));
}

}  // namespace plexus::bus
