#include "common/storage/pool.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace plexus::storage {
namespace {

// How far into the queue a worker looks for its own schema, and how often the first in it may be passed by.
constexpr size_t kAffinityWindow = 8;
constexpr int kMaxOvertakes = 8;

}  // namespace

void Pool::Submit(PoolWork work) {
  absl::Status status;
  {
    absl::MutexLock lock(&mutex_);
    status = Enqueue(work);
  }
  if (!status.ok()) work.done(std::move(status));
}

absl::Status Pool::Enqueue(PoolWork& work) {
  if (stopped_) return absl::UnavailableError("database stopped");
  work.queued_at = absl::Now();
  PoolWorker* worker = ChooseIdle(work.schema);
  if (worker == nullptr && static_cast<int>(workers_.size()) < options_.max_connections) {
    worker = workers_.emplace_back(std::make_unique<PoolWorker>(*this)).get();
  }
  if (worker != nullptr) {
    worker->idle = false;
    worker->assigned = std::move(work);
    worker->wake.Signal();
    return absl::OkStatus();
  }
  if (static_cast<int>(queue_.size()) >= options_.max_queued) {
    ++stats_.rejected;
    return absl::UnavailableError("database busy");
  }
  queue_.push_back(std::move(work));
  return absl::OkStatus();
}

PoolWorker* Pool::ChooseIdle(const SchemaName& schema) {
  PoolWorker* best = nullptr;
  auto rank = [&](const PoolWorker& worker) { return !worker.connected ? 0 : worker.schema == schema ? 2 : 1; };
  for (const auto& worker : workers_) {
    if (worker->idle && (best == nullptr || rank(*worker) > rank(*best))) best = worker.get();
  }
  return best;
}

std::optional<PoolWork> Pool::Dequeue(const std::optional<SchemaName>& preferred) {
  if (queue_.empty()) return std::nullopt;
  auto chosen = queue_.begin();
  if (head_overtaken_ < kMaxOvertakes) {
    auto window = queue_.begin() + std::min(kAffinityWindow, queue_.size());
    auto match = std::find_if(queue_.begin(), window, [&](const PoolWork& work) { return preferred == work.schema; });
    if (match != window) chosen = match;
  }
  head_overtaken_ = chosen == queue_.begin() ? 0 : head_overtaken_ + 1;
  PoolWork work = std::move(*chosen);
  queue_.erase(chosen);
  return work;
}

std::optional<PoolWork> Pool::NextFor(PoolWorker& worker) {
  for (;;) {
    std::optional<PoolWork> work;
    bool close = false;
    {
      absl::MutexLock lock(&mutex_);
      worker.connected = worker.connection_.is_open();
      worker.schema = worker.connection_.schema();
      worker.schema_switches = worker.connection_.schema_switches();
      if (!worker.assigned) worker.assigned = Dequeue(worker.schema);
      worker.idle = !worker.assigned;
      absl::Time close_at = absl::Now() + options_.idle_timeout;
      while (!worker.assigned && !worker.stopping && !close) {
        close = worker.wake.WaitWithDeadline(&mutex_, worker.connected ? close_at : absl::InfiniteFuture());
      }
      if (worker.assigned) {
        work = std::exchange(worker.assigned, std::nullopt);
        ++stats_.runs;
        stats_.total_wait += absl::Now() - work->queued_at;
      } else if (worker.stopping) {
        break;
      }
    }
    if (!work) {
      worker.connection_.Close();
      continue;
    }
    if (absl::Now() - work->queued_at <= options_.max_queue_wait) return work;
    work->done(absl::UnavailableError("database busy"));
  }
  worker.connection_.Close();
  return std::nullopt;
}

absl::Status Pool::MayConnect() {
  absl::MutexLock lock(&mutex_);
  return absl::Now() < next_connect_ ? connect_error_ : absl::OkStatus();
}

void Pool::Connected(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  ++(status.ok() ? stats_.connects : stats_.failed_connects);
  backoff_ = status.ok() ? absl::ZeroDuration() : std::clamp(2 * backoff_, options_.min_backoff, options_.max_backoff);
  next_connect_ = status.ok() ? absl::InfinitePast() : absl::Now() + backoff_;
  connect_error_ = status;
}

void Pool::Stop() {
  std::deque<PoolWork> abandoned;
  std::vector<std::unique_ptr<PoolWorker>> workers;
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    abandoned.swap(queue_);
    workers.swap(workers_);
    for (const auto& worker : workers) {
      worker->stopping = true;
      worker->wake.Signal();
    }
  }
  for (const auto& worker : workers) worker->Join();
  for (PoolWork& work : abandoned) work.done(absl::UnavailableError("database stopped"));
}

DatabaseStats Pool::Stats() const {
  absl::MutexLock lock(&mutex_);
  DatabaseStats stats = stats_;
  stats.queued = static_cast<int>(queue_.size());
  for (const auto& worker : workers_) {
    stats.connections += worker->connected ? 1 : 0;
    stats.schema_switches += worker->schema_switches;
  }
  return stats;
}

}  // namespace plexus::storage
