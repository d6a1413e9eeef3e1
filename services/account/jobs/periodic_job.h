// Work of a tenant that goes on in the background: now and then, when it is woken, and until it is stopped.
#pragma once

#include <chrono>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/cancellation.h"
#include "common/base/task.h"

namespace plexus::account {

// Thread-safe. Costs nothing before the first Wake.
class PeriodicJob : public std::enable_shared_from_this<PeriodicJob> {
 public:
  // Runs on `executor`, which runs one handler at a time.
  PeriodicJob(Executor executor, std::chrono::milliseconds interval);
  virtual ~PeriodicJob();
  PeriodicJob(const PeriodicJob&) = delete;

  // Runs a round soon: after the one that is running, if one is. Nothing after Stop.
  void Wake();
  // Completes when no round is running and none will.
  Task<void> Stop();

 protected:
  // One round. True if there shall be another after the interval; false: not before the next Wake.
  virtual Task<bool> RunOnce() = 0;
  // Whether a round should come to its end.
  bool stopping() const { return cancellation_->cancelled(); }
  // For the calls that a round makes; cancelled by Stop.
  std::shared_ptr<Cancellation> cancellation() const { return cancellation_; }

 private:
  struct Pause;
  static Task<void> Loop(std::shared_ptr<PeriodicJob> self);
  static Task<void> Round(PeriodicJob& job, bool& again);
  // True if the loop shall go on with another round.
  bool Rest(bool again);
  // Whether Wake was called since the last time.
  bool TakeWakeUp();

  const Executor executor_;
  const std::chrono::milliseconds interval_;
  const std::shared_ptr<Pause> pause_;
  const std::shared_ptr<Cancellation> cancellation_ = std::make_shared<Cancellation>();
  absl::Mutex mutex_;
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace plexus::account
