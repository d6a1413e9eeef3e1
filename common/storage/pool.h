// Threads with a connection each, and the queue before them. Inside this library only.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/storage/database.h"
#include "common/storage/pool_worker.h"

namespace plexus::storage {

// Thread-safe.
class Pool {
 public:
  explicit Pool(DatabaseOptions options) : options_(std::move(options)) {}
  ~Pool() { Stop(); }

  // Runs `work.job` on a thread, then `work.done`, once, with OK if the job returned. Without a job run `done` is
  // called with the reason, possibly by the calling thread.
  void Submit(PoolWork work);
  void Stop();

  DatabaseStats Stats() const;
  const DatabaseOptions& options() const { return options_; }

 private:
  friend class PoolWorker;

  // For workers. The work to do next, or nothing: the worker is idle then.
  std::optional<PoolWork> NextFor(PoolWorker& worker);
  absl::Status MayConnect();
  void Connected(const absl::Status& status);

  PoolWorker* ChooseIdle(const SchemaName& schema) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes the worker's own schema out of turn, within bounds.
  std::optional<PoolWork> Dequeue(const std::optional<SchemaName>& preferred) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Enqueue(PoolWork& work) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const DatabaseOptions options_;
  mutable absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::unique_ptr<PoolWorker>> workers_ ABSL_GUARDED_BY(mutex_);
  std::deque<PoolWork> queue_ ABSL_GUARDED_BY(mutex_);
  int head_overtaken_ ABSL_GUARDED_BY(mutex_) = 0;  // how often the first in the queue was passed by
  absl::Time next_connect_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Duration backoff_ ABSL_GUARDED_BY(mutex_) = absl::ZeroDuration();
  absl::Status connect_error_ ABSL_GUARDED_BY(mutex_);
  DatabaseStats stats_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::storage
