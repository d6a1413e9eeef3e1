// The queue between the bus and one subscription's callbacks.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/bus/bus.h"
#include "common/bus/bus_stats.h"

namespace plexus::bus {

// Thread-safe. Callbacks run on the executor one at a time and in order, even if it has several threads.
class Subscriber : public std::enable_shared_from_this<Subscriber> {
 public:
  Subscriber(std::string channel, Executor executor, OnMessage on_message, OnReset on_reset, size_t max_bytes,
             std::shared_ptr<BusStats> stats);

  void Deliver(Payload payload);
  // OnReset runs before whatever is queued and not yet delivered.
  void Reset();
  // No callback begins afterwards.
  void Close();

  const std::string& channel() const { return channel_; }

 private:
  void Schedule() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Drain();
  bool RunNext();

  const std::string channel_;
  const Executor executor_;
  const OnMessage on_message_;
  const OnReset on_reset_;
  const size_t max_bytes_;
  const std::shared_ptr<BusStats> stats_;

  absl::Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool scheduled_ ABSL_GUARDED_BY(mutex_) = false;
  bool reset_due_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Payload> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace plexus::bus
