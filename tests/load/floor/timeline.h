// What a waiting client is answered from: the recent batches, as they came over the bus.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/task.h"
#include "common/bus/log_follower.h"

namespace plexus::floor {

// Thread-safe. Must outlive its calls. Executors of callers run one handler at a time.
class Timeline {
 public:
  // Batches come in the order of their positions.
  void Add(bus::Batch batch);

  // {"next":N,"events":[…]} with the events after `since`, a position that an earlier answer gave as `next`, or 0;
  // waits for some up to `timeout`. Of what is older than the recent batches nothing is said.
  Task<std::string> After(uint64_t since, std::chrono::milliseconds timeout);

  static constexpr size_t kMaxBatches = 65'536;
  static constexpr size_t kMaxAnswerBytes = 4 << 20;

 private:
  using Timer = boost::asio::steady_timer;
  bool HasAfter(uint64_t since) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // False if there is something already.
  bool WaitFor(uint64_t since, std::shared_ptr<Timer> timer);
  std::string Answer(uint64_t since) const;

  mutable absl::Mutex mutex_;
  std::deque<bus::Batch> batches_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Timer>> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::floor
