#include "common/bus/heads_beacon.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/shielded.h"
#include "common/bus/beacon_message.h"
#include "common/bus/bus_core.h"
#include "common/bus/wait_list.h"

namespace plexus::bus {
namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

// Tenant, kind, shard.
using Key = std::tuple<std::string, std::string, uint32_t>;

}  // namespace

class HeadsBeacon::Core {
 public:
  Core(std::shared_ptr<BusCore> bus, std::chrono::milliseconds interval)
      : bus_(std::move(bus)), interval_(interval), running_(bus_->strand), stop_requested_(bus_->strand) {}

  const Executor& strand() const { return bus_->strand; }

  static Task<void> Run(std::shared_ptr<Core> self) {
    if (std::exchange(self->started_, true)) co_return;
    RunningTasks::Scope scope = self->running_.Enter();
    while (!self->stopping_) {
      (co_await Shielded("background.heads_beacon", self->PublishChanges())).IgnoreError();
      if (self->stopping_) break;
      co_await self->stop_requested_.WaitUntil(steady_clock::now() + self->interval_);
    }
    BeaconMessage goodbye{.instance = self->bus_->instance_id, .goodbye = true};
    self->bus_->Publish(kBeaconChannel, Encode(goodbye));
  }

  static Task<void> Stop(std::shared_ptr<Core> self) {
    self->stopping_ = true;
    self->stop_requested_.NotifyAll();
    co_await self->running_.WaitForNone();
  }

  void Set(Key key, uint64_t head) {
    absl::MutexLock lock(&mutex_);
    Owned& owned = owned_[std::move(key)];
    owned.head = std::max(owned.head, head);
  }

  void Forget(const Key& key) {
    absl::MutexLock lock(&mutex_);
    owned_.erase(key);
  }

  void ForgetTenant(std::string_view tenant) {
    absl::MutexLock lock(&mutex_);
    std::erase_if(owned_, [tenant](const auto& entry) { return std::get<0>(entry.first) == tenant; });
  }

  std::vector<ShardHead> Heads() {
    absl::MutexLock lock(&mutex_);
    std::vector<ShardHead> heads;
    for (const auto& [key, owned] : owned_) {
      heads.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), owned.head});
    }
    return heads;
  }

 private:
  struct Owned {
    uint64_t head = 0;
    uint64_t confirmed = 0;  // the highest head in a beacon that Redis has taken
  };

  Task<void> PublishChanges() {
    uint64_t connects = bus_->stats->connects;
    if (std::exchange(connects_seen_, connects) != connects) ForgetConfirmations();
    std::vector<ShardHead> changed = Changed();
    size_t sent = 0;
    do {  // an empty beacon too is a sign of life
      size_t count = std::min(changed.size() - sent, kMaxHeadsInBeacon);
      BeaconMessage message{.instance = bus_->instance_id};
      const std::span<const ShardHead> part = std::span(changed).subspan(sent, count);
      message.heads.assign(part.begin(), part.end());
      sent += count;
      bool confirmed = co_await bus_->PublishConfirmed(std::string(kBeaconChannel), Encode(message), interval_);
      if (confirmed) Confirm(message.heads);
    } while (sent < changed.size() && !stopping_);
  }

  std::vector<ShardHead> Changed() {
    absl::MutexLock lock(&mutex_);
    std::vector<ShardHead> changed;
    for (const auto& [key, owned] : owned_) {
      if (owned.head <= owned.confirmed) continue;
      changed.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), owned.head});
    }
    return changed;
  }

  void Confirm(const std::vector<ShardHead>& heads) {
    absl::MutexLock lock(&mutex_);
    for (const ShardHead& head : heads) {
      auto found = owned_.find(Key(head.tenant, head.kind, head.shard));
      if (found != owned_.end()) found->second.confirmed = std::max(found->second.confirmed, head.head);
    }
  }

  void ForgetConfirmations() {
    absl::MutexLock lock(&mutex_);
    for (auto& [key, owned] : owned_) owned.confirmed = 0;
  }

  const std::shared_ptr<BusCore> bus_;
  const std::chrono::milliseconds interval_;
  RunningTasks running_;
  WaitList stop_requested_;
  bool started_ = false;
  bool stopping_ = false;
  uint64_t connects_seen_ = 0;

  absl::Mutex mutex_;
  std::map<Key, Owned> owned_ ABSL_GUARDED_BY(mutex_);
};

HeadsBeacon::HeadsBeacon(Bus& bus, std::chrono::milliseconds interval)
    : core_(std::make_shared<Core>(bus.core(), interval)) {}

HeadsBeacon::~HeadsBeacon() { asio::co_spawn(core_->strand(), Core::Stop(core_), asio::detached); }

void HeadsBeacon::Start() { asio::co_spawn(core_->strand(), Core::Run(core_), asio::detached); }

Task<void> HeadsBeacon::Stop() { co_await asio::co_spawn(core_->strand(), Core::Stop(core_), asio::use_awaitable); }

void HeadsBeacon::Set(std::string_view tenant, std::string_view kind, uint32_t shard, uint64_t head) {
  core_->Set(Key(tenant, kind, shard), head);
}

void HeadsBeacon::Forget(std::string_view tenant, std::string_view kind, uint32_t shard) {
  core_->Forget(Key(tenant, kind, shard));
}

void HeadsBeacon::ForgetTenant(std::string_view tenant) { core_->ForgetTenant(tenant); }

std::vector<ShardHead> HeadsBeacon::Heads() const { return core_->Heads(); }

}  // namespace plexus::bus
