// Hands committed log batches to the bus in the order of their positions, whatever order their writers wake up in.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace plexus::account {

// Thread-safe.
class LogOutbox {
 public:
  // Receives positions [first, last] and their serialized UserLogBatch, one call at a time. Must not block.
  using Publish = std::function<void(int64_t first, int64_t last, const std::string& entries)>;

  // Nothing up to `head` will be handed in.
  LogOutbox(int64_t head, Publish publish);

  // Positions [first, last] are committed. They are published now if all before them were, else when those are handed
  // in. If kMaxPending batches wait (a writer vanished after its commit), they go out regardless: readers that see the
  // gap ask Postgres.
  void Committed(int64_t first, int64_t last, std::string entries);

  static constexpr size_t kMaxPending = 64;

 private:
  struct Batch {
    int64_t last = 0;
    std::string entries;
  };

  absl::Mutex mutex_;
  const Publish publish_;
  int64_t head_ ABSL_GUARDED_BY(mutex_);
  std::map<int64_t, Batch> pending_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::account
