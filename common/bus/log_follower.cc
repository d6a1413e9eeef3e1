#include "common/bus/log_follower.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <optional>
#include <utility>

#include "common/base/shielded.h"
#include "common/bus/wait_list.h"

namespace plexus::bus {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// What a batch costs in memory beside its payload.
constexpr size_t kBatchOverhead = 128;

size_t Cost(const Batch& batch) { return kBatchOverhead + (batch.payload == nullptr ? 0 : batch.payload->size()); }

struct Counts {
  std::atomic<uint64_t> live_batches{0};
  std::atomic<uint64_t> read_batches{0};
  std::atomic<uint64_t> reads{0};
  std::atomic<uint64_t> read_errors{0};
  std::atomic<uint64_t> duplicates{0};
  std::atomic<uint64_t> dropped{0};
};

// Calls and awaits `read`; what it throws becomes a status.
Task<absl::StatusOr<std::vector<Batch>>> ReadCaught(ReadRange read, uint64_t after, size_t limit) {
  absl::StatusOr<std::vector<Batch>> batches = absl::InternalError("reading a log threw");
  try {
    batches = co_await read(after, limit);
  } catch (const std::exception&) {
  }
  co_return batches;
}

}  // namespace

// All but the atomics belongs to the strand. Postgres is asked in one place (Run), never twice at once; while a read
// is under way nothing is delivered, batches from the bus wait in early_.
class LogFollower::Core : public std::enable_shared_from_this<LogFollower::Core> {
 public:
  Core(const Executor& executor, LogFollowerOptions options, ReadRange read_range, OnBatch on_batch)
      : strand_(asio::make_strand(executor)),
        options_(std::move(options)),
        read_range_(std::move(read_range)),
        on_batch_(std::move(on_batch)),
        running_(strand_),
        changed_(strand_),
        advanced_(strand_) {}

  const Executor& strand() const { return strand_; }
  uint64_t head() const { return head_.load(std::memory_order_acquire); }
  uint64_t lag() const {
    const uint64_t delivered = head();
    return std::max(known_.load(std::memory_order_relaxed), delivered) - delivered;
  }
  LogFollowerCounters counters() const {
    return {.live_batches = counts_.live_batches,
            .read_batches = counts_.read_batches,
            .reads = counts_.reads,
            .read_errors = counts_.read_errors,
            .duplicates = counts_.duplicates,
            .dropped = counts_.dropped};
  }

  // No callback begins once the owner has let go.
  void Abandon() { abandoned_ = true; }

  void Start(uint64_t head) {
    if (std::exchange(started_, true) || stopping_) return;
    head_ = head;
    known_ = head;
    asio::co_spawn(strand_, Run(shared_from_this()), asio::detached);
  }

  static Task<void> Stop(std::shared_ptr<Core> self) {
    self->stopping_ = true;
    self->changed_.NotifyAll();
    self->advanced_.NotifyAll();
    co_await self->running_.WaitForNone();
    self->early_.clear();
  }

  void Offer(Batch batch) {
    if (!started_ || stopping_) return;
    heard_at_ = steady_clock::now();
    if (batch.last <= head()) {
      ++counts_.duplicates;
      return;
    }
    Learn(batch.last);
    // A batch that overlaps what was delivered is read from Postgres from there on.
    if (batch.first > head()) Keep(std::move(batch));
    if (!reading_) DeliverEarly();
    changed_.NotifyAll();
  }

  void AskSoon() {
    ask_now_ = true;
    changed_.NotifyAll();
  }

  void Hint(uint64_t head) {
    Learn(head);
    changed_.NotifyAll();
  }

  static Task<bool> WaitUntil(std::shared_ptr<Core> self, uint64_t position, steady_clock::time_point deadline) {
    RunningTasks::Scope scope = self->running_.Enter();
    while (self->head() < position && !self->stopping_ && steady_clock::now() < deadline) {
      co_await self->advanced_.WaitUntil(deadline);
    }
    co_return self->head() >= position;
  }

 private:
  static Task<void> Run(std::shared_ptr<Core> self) {
    RunningTasks::Scope scope = self->running_.Enter();
    self->heard_at_ = steady_clock::now();
    while (!self->stopping_) {
      steady_clock::time_point due = self->ReadDue();
      if (steady_clock::now() >= due) {
        const absl::Status read = co_await Shielded("background.log_follower", self->Read());
        if (!read.ok()) self->SlowDown(false);
      } else {
        // Looks again after a poll interval at the latest: `fresh` may have changed without a notice.
        co_await self->changed_.WaitUntil(std::min(due, steady_clock::now() + self->options_.poll_interval));
      }
    }
  }

  // When Postgres is to be asked, going by what is known now.
  steady_clock::time_point ReadDue() const {
    steady_clock::time_point due = heard_at_ + PollInterval();
    if (known_ > head()) due = std::min(due, behind_since_ + options_.grace);
    if (ask_now_) due = steady_clock::time_point::min();
    return std::max(due, not_before_);
  }

  milliseconds PollInterval() const {
    return options_.fresh && options_.fresh() ? options_.quiet_poll_interval : options_.poll_interval;
  }

  Task<void> Read() {
    ask_now_ = false;
    reading_ = true;
    ++counts_.reads;
    uint64_t before = head();
    uint64_t known_before = known_;
    absl::StatusOr<std::vector<Batch>> batches = co_await ReadCaught(read_range_, before, options_.read_limit);
    reading_ = false;  // before the callbacks, which might throw
    if (stopping_) co_return;
    bool good = batches.ok() && DeliverRead(*batches);
    DeliverEarly();
    if (!good) {
      ++counts_.read_errors;
      ask_now_ = true;
    } else if (head() == before) {
      // Postgres knows best: a head that was announced is not there (yet). Batches in hand wait to be proven.
      if (known_ == known_before && early_.empty()) known_ = head();
    } else {
      ask_now_ = true;  // until there is no more
    }
    heard_at_ = steady_clock::now();
    SlowDown(good && (head() > before || known_ == head()));
  }

  // Reads that do not help are spaced out.
  void SlowDown(bool helped) {
    backoff_ = helped ? milliseconds(0) : std::clamp(backoff_ * 2, options_.min_backoff, options_.poll_interval);
    not_before_ = steady_clock::now() + backoff_;
  }

  // False if the answer is not one that ReadRange may give.
  bool DeliverRead(const std::vector<Batch>& batches) {
    for (const Batch& batch : batches) {
      if (batch.first <= head() || batch.first > batch.last) return false;
      ++counts_.read_batches;
      Deliver(batch);
    }
    return true;
  }

  void DeliverEarly() {
    while (!early_.empty() && !stopping_) {
      auto first = early_.begin();
      if (first->second.first > head() + 1) return;
      early_bytes_ -= Cost(first->second);
      Batch batch = std::move(first->second);
      early_.erase(first);
      if (batch.first != head() + 1) {
        ++counts_.duplicates;
        continue;
      }
      ++counts_.live_batches;
      Deliver(batch);
    }
  }

  void Deliver(const Batch& batch) {
    if (!abandoned_) on_batch_(batch);
    head_.store(batch.last, std::memory_order_release);
    known_ = std::max(known_.load(), batch.last);
    behind_since_ = steady_clock::now();
    advanced_.NotifyAll();
  }

  void Learn(uint64_t position) {
    if (position <= known_) return;
    if (known_ <= head()) behind_since_ = steady_clock::now();
    known_ = position;
  }

  void Keep(Batch batch) {
    size_t cost = Cost(batch);
    auto [place, added] = early_.try_emplace(batch.first, std::move(batch));
    if (!added) {
      ++counts_.duplicates;
      return;
    }
    early_bytes_ += cost;
    while (early_bytes_ > options_.max_buffered_bytes && early_.size() > 1) DropLast();
  }

  void DropLast() {
    auto last = std::prev(early_.end());
    early_bytes_ -= Cost(last->second);
    early_.erase(last);
    ++counts_.dropped;
  }

  const Executor strand_;
  const LogFollowerOptions options_;
  const ReadRange read_range_;
  const OnBatch on_batch_;
  Counts counts_;
  std::atomic<uint64_t> head_{0};
  std::atomic<uint64_t> known_{0};  // the highest position heard of
  std::atomic<bool> abandoned_{false};

  RunningTasks running_;
  WaitList changed_;   // what ReadDue goes by
  WaitList advanced_;  // head_
  bool started_ = false;
  bool stopping_ = false;
  bool reading_ = false;
  bool ask_now_ = true;  // the first read says where the log is
  steady_clock::time_point heard_at_;
  steady_clock::time_point behind_since_;  // the last progress while known_ > head_
  steady_clock::time_point not_before_;
  milliseconds backoff_{0};
  std::map<uint64_t, Batch> early_;  // by first position; ahead of their turn
  size_t early_bytes_ = 0;
};

LogFollower::LogFollower(Executor executor, LogFollowerOptions options, ReadRange read_range, OnBatch on_batch)
    : core_(std::make_shared<Core>(std::move(executor), std::move(options), std::move(read_range),
                                   std::move(on_batch))) {}

LogFollower::~LogFollower() {
  core_->Abandon();
  asio::co_spawn(core_->strand(), Core::Stop(core_), asio::detached);
}

void LogFollower::Start(uint64_t head) {
  asio::post(core_->strand(), [core = core_, head] { core->Start(head); });
}

Task<void> LogFollower::Stop() { co_await asio::co_spawn(core_->strand(), Core::Stop(core_), asio::use_awaitable); }

void LogFollower::Offer(Batch batch) {
  asio::post(core_->strand(), [core = core_, batch = std::move(batch)]() mutable { core->Offer(std::move(batch)); });
}

void LogFollower::OnReset() {
  asio::post(core_->strand(), [core = core_] { core->AskSoon(); });
}

void LogFollower::HeadsHint(uint64_t head) {
  if (head <= core_->head()) return;
  asio::post(core_->strand(), [core = core_, head] { core->Hint(head); });
}

uint64_t LogFollower::head() const { return core_->head(); }

uint64_t LogFollower::lag() const { return core_->lag(); }

Task<bool> LogFollower::WaitUntil(uint64_t position, steady_clock::time_point deadline) {
  if (core_->head() >= position) co_return true;
  co_return co_await asio::co_spawn(core_->strand(), Core::WaitUntil(core_, position, deadline), asio::use_awaitable);
}

LogFollowerCounters LogFollower::counters() const { return core_->counters(); }

}  // namespace plexus::bus
