#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/bus/beacon_message.h"
#include "common/bus/bus_core.h"
#include "common/bus/heads_beacon.h"

namespace plexus::bus {
using std::chrono::steady_clock;

namespace {

// Processes beyond this many are not watched for silence; their heads are heard all the same.
constexpr size_t kMaxProcesses = 10'000;

}  // namespace

class BeaconListener::Core {
 public:
  Core(std::shared_ptr<BusCore> bus, OnHeads on_heads, std::chrono::milliseconds interval)
      : bus_(std::move(bus)), on_heads_(std::move(on_heads)), longest_silence_(interval * 5 / 2) {}

  void Hear(const std::string& text) {
    std::optional<BeaconMessage> message = DecodeBeacon(text);
    if (!message) return;
    Note(*message);
    if (!message->heads.empty()) on_heads_(message->heads);
  }

  bool Fresh(std::chrono::milliseconds max_age) const {
    if (!bus_->switchboard->Fresh(max_age)) return false;
    steady_clock::time_point now = steady_clock::now();
    absl::MutexLock lock(&mutex_);
    for (const auto& [instance, heard_at] : heard_at_) {
      steady_clock::duration silence = now - heard_at;
      if (silence > longest_silence_ && silence <= kForgetAfter) return false;
    }
    return true;
  }

 private:
  void Note(const BeaconMessage& message) {
    steady_clock::time_point now = steady_clock::now();
    absl::MutexLock lock(&mutex_);
    std::erase_if(heard_at_, [now](const auto& entry) { return now - entry.second > kForgetAfter; });
    if (message.goodbye) {
      heard_at_.erase(message.instance);
    } else if (heard_at_.size() < kMaxProcesses || heard_at_.contains(message.instance)) {
      heard_at_[message.instance] = now;
    }
  }

  const std::shared_ptr<BusCore> bus_;
  const OnHeads on_heads_;
  const std::chrono::milliseconds longest_silence_;

  mutable absl::Mutex mutex_;
  std::map<std::string, steady_clock::time_point> heard_at_ ABSL_GUARDED_BY(mutex_);  // by instance
};

BeaconListener::BeaconListener(Bus& bus, Executor executor, OnHeads on_heads, std::chrono::milliseconds interval)
    : core_(std::make_shared<Core>(bus.core(), std::move(on_heads), interval)),
      subscription_(bus.Subscribe(std::string(kBeaconChannel), std::move(executor),
                                  [core = core_](Payload payload) { core->Hear(*payload); })) {}

BeaconListener::~BeaconListener() = default;

bool BeaconListener::Fresh(std::chrono::milliseconds max_age) const { return core_->Fresh(max_age); }

}  // namespace plexus::bus
