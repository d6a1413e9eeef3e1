#include "common/bus/limiter.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cmath>
#include <list>
#include <unordered_map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/bus/bus_core.h"
#include "common/bus/local_debt.h"
#include "common/bus/shared_debt.h"

namespace plexus::bus {
namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

// After Redis did not answer in time no request waits for it for so long, in microseconds.
constexpr double kAloneAfterTimeout = 500'000;

double NowMicros() { return std::chrono::duration<double, std::micro>(steady_clock::now().time_since_epoch()).count(); }

// A LimitSpec and a cost, in microseconds of debt.
struct Charge {
  double cost = 0;
  double limit = 0;       // the burst
  double optimistic = 0;  // what may be admitted before Redis has counted it
};

Charge ToCharge(const LimitSpec& spec, double cost, const LimiterOptions& options) {
  double micros_per_token = 1e6 / spec.per_second;
  double burst = std::max(1.0, spec.burst);
  double optimistic = std::clamp(burst * options.optimistic_share, options.optimistic_least, burst);
  return {.cost = std::clamp(cost, 0.0, burst) * micros_per_token,
          .limit = burst * micros_per_token,
          .optimistic = optimistic * micros_per_token};
}

Decision Refused(double excess_micros) {
  return {.allowed = false, .retry_after = std::chrono::milliseconds(std::llround(std::ceil(excess_micros / 1000)))};
}

}  // namespace

class Limiter::Core {
 public:
  Core(std::shared_ptr<BusCore> bus, LimiterOptions options)
      : bus_(std::move(bus)), options_(options), shared_(std::make_shared<SharedDebts>(bus_)) {}

  static Task<Decision> Take(std::shared_ptr<Core> self, std::string key, LimitSpec spec, double cost) {
    if (!(spec.per_second > 0)) co_return Decision{};
    Charge charge = ToCharge(spec, cost, self->options_);
    Decision decision;
    bool report_due = false;
    bool decided = self->DecideLocally(key, charge, decision, report_due);
    if (report_due) asio::co_spawn(self->bus_->strand, Report(self, key, charge.limit), asio::detached);
    if (decided) co_return decision;
    co_return co_await Ask(self, std::move(key), charge);
  }

  LimiterCounters counters() const {
    return {.local = local_, .waited = waited_, .alone = alone_, .reports = reports_};
  }

 private:
  struct Entry {
    LocalDebt debt;
    bool reporting = false;  // an optimistic report is under way
    std::list<std::string>::iterator place;
  };

  // False if this request has to wait for Redis. Sets `report_due` if the caller is to start Report.
  bool DecideLocally(const std::string& key, const Charge& charge, Decision& decision, bool& report_due) {
    double now = NowMicros();
    absl::MutexLock lock(&mutex_);
    Entry& entry = Find(key, now);
    double excess = entry.debt.Excess(charge.cost, charge.limit, now);
    bool within_share = entry.debt.uncounted() + charge.cost <= charge.optimistic;
    bool reachable = Reachable(now);
    if (excess <= 0 && reachable && !within_share) return false;
    ++(reachable ? local_ : alone_);
    if (excess > 0) {
      decision = Refused(excess);
      return true;
    }
    entry.debt.Admit(charge.cost, charge.limit, now);
    report_due = reachable && !std::exchange(entry.reporting, true);
    return true;
  }

  // Lets Redis decide, and tells it what was admitted before.
  static Task<Decision> Ask(std::shared_ptr<Core> self, std::string key, Charge charge) {
    DebtRequest request{.key = key, .admitted = self->StartReport(key), .wanted = charge.cost, .limit = charge.limit};
    absl::StatusOr<DebtAnswer> answer = co_await SharedDebts::Charge(self->shared_, request, self->options_.max_wait);
    self->Note(key, request.admitted, answer);
    if (!answer.ok()) co_return self->DecideAlone(key, charge);
    ++self->waited_;
    if (answer->allowed) co_return Decision{};
    co_return Refused(std::max(1.0, answer->debt + charge.cost - charge.limit));
  }

  // Reports until there is nothing left to report.
  static Task<void> Report(std::shared_ptr<Core> self, std::string key, double limit) {
    while (self->KeepReporting(key)) {
      DebtRequest request{.key = key, .admitted = self->StartReport(key), .limit = limit};
      absl::StatusOr<DebtAnswer> answer = co_await SharedDebts::Charge(self->shared_, request, self->options_.max_wait);
      self->Note(key, request.admitted, answer);
    }
  }

  bool Reachable(double now) const { return bus_->commands->connected() && now >= alone_until_; }

  bool KeepReporting(const std::string& key) {
    absl::MutexLock lock(&mutex_);
    auto found = entries_.find(key);
    if (found == entries_.end()) return false;
    found->second.reporting = found->second.debt.unreported() > 0 && Reachable(NowMicros());
    return found->second.reporting;
  }

  double StartReport(const std::string& key) {
    ++reports_;
    absl::MutexLock lock(&mutex_);
    return Find(key, NowMicros()).debt.StartReport();
  }

  void Note(const std::string& key, double reported, const absl::StatusOr<DebtAnswer>& answer) {
    double now = NowMicros();
    absl::MutexLock lock(&mutex_);
    Entry& entry = Find(key, now);
    if (answer.ok()) {
      entry.debt.Counted(reported, answer->debt, now);
    } else {
      entry.debt.Lost(reported);
      if (absl::IsDeadlineExceeded(answer.status())) alone_until_ = now + kAloneAfterTimeout;
    }
  }

  Decision DecideAlone(const std::string& key, const Charge& charge) {
    ++alone_;
    double now = NowMicros();
    absl::MutexLock lock(&mutex_);
    Entry& entry = Find(key, now);
    double excess = entry.debt.Excess(charge.cost, charge.limit, now);
    if (excess > 0) return Refused(excess);
    entry.debt.Admit(charge.cost, charge.limit, now);
    return Decision{};
  }

  // The key's entry, made if there is none, as the most recently used one.
  Entry& Find(const std::string& key, double now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    auto [found, added] = entries_.try_emplace(key);
    if (added) {
      found->second.place = recent_.insert(recent_.begin(), key);
      Evict(now);
    } else {
      recent_.splice(recent_.begin(), recent_, found->second.place);
    }
    return found->second;
  }

  // Forgets entries that hold nothing, a few at a time, and the oldest ones over the bound.
  void Evict(double now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    constexpr int kAtOnce = 2;
    for (int i = 0; i < kAtOnce && recent_.size() > 1; ++i) {
      auto oldest = entries_.find(recent_.back());
      if (entries_.size() <= options_.max_keys && !oldest->second.debt.idle(now)) return;
      entries_.erase(oldest);
      recent_.pop_back();
    }
  }

  const std::shared_ptr<BusCore> bus_;
  const LimiterOptions options_;
  const std::shared_ptr<SharedDebts> shared_;
  std::atomic<double> alone_until_{0};
  std::atomic<uint64_t> local_{0};
  std::atomic<uint64_t> waited_{0};
  std::atomic<uint64_t> alone_{0};
  std::atomic<uint64_t> reports_{0};

  absl::Mutex mutex_;
  std::unordered_map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::list<std::string> recent_ ABSL_GUARDED_BY(mutex_);  // keys, the most recently used first
};

Limiter::Limiter(Bus& bus, LimiterOptions options) : core_(std::make_shared<Core>(bus.core(), options)) {}

Limiter::~Limiter() = default;

Task<Decision> Limiter::Take(std::string key, LimitSpec spec, double cost) {
  return Core::Take(core_, std::move(key), spec, cost);
}

LimiterCounters Limiter::counters() const { return core_->counters(); }

}  // namespace plexus::bus
