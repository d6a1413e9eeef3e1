// Follows the log of one shard in order and without gaps, from the bus when it is there and from Postgres when not.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/task.h"

namespace plexus::bus {

// Consecutive positions [first, last] of a shard's log with their entries, which the follower does not look into.
struct Batch {
  uint64_t first = 0;
  uint64_t last = 0;
  std::shared_ptr<const std::string> payload;  // null: nothing is left at these positions (purged, coalesced)
};

// Reads what is committed after the position `after`, in order, at most about `limit` positions. Each batch begins
// after the previous one's end; positions between two batches are taken as empty, a null payload says so for those at
// the end. An empty answer means that nothing was committed after `after`.
using ReadRange = std::function<Task<absl::StatusOr<std::vector<Batch>>>(uint64_t after, size_t limit)>;

// Called on the follower's strand, one batch at a time. Must not throw.
using OnBatch = std::function<void(const Batch& batch)>;

struct LogFollowerOptions {
  // How long a missing batch may take to come over the bus before Postgres is asked.
  std::chrono::milliseconds grace{5};
  // With nothing heard for so long Postgres is asked, unless `fresh` says that silence means silence.
  std::chrono::milliseconds poll_interval{1000};
  // Then it is asked only this often, as a safety net against what no beacon tells.
  std::chrono::milliseconds quiet_poll_interval{15'000};
  // True while heads are known to arrive over the bus (BeaconListener::Fresh). Null: never. Thread-safe.
  std::function<bool()> fresh;
  // Failing reads are repeated after `min_backoff`, doubled up to `poll_interval`.
  std::chrono::milliseconds min_backoff{20};
  size_t read_limit = 1000;             // positions asked for in one read
  size_t max_buffered_bytes = 4 << 20;  // of batches that came before their turn; the last are dropped beyond it
};

struct LogFollowerCounters {
  uint64_t live_batches = 0;  // delivered from the bus
  uint64_t read_batches = 0;  // delivered from Postgres
  uint64_t reads = 0;         // of Postgres
  uint64_t read_errors = 0;
  uint64_t duplicates = 0;  // offered batches that were not new
  uint64_t dropped = 0;     // offered batches over the buffer's bound
};

// Thread-safe. Every position is delivered exactly once and in order, whatever is lost, doubled or reordered on the
// bus. It trusts that an offered batch was committed.
class LogFollower {
 public:
  // `executor` runs everything, on a strand of the follower's own.
  LogFollower(Executor executor, LogFollowerOptions options, ReadRange read_range, OnBatch on_batch);
  // Stops without waiting: one callback or read that is under way may finish afterwards. Prefer to await Stop().
  ~LogFollower();
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;

  // Begins after position `head`, with a read of Postgres. Once.
  void Start(uint64_t head);
  // Completes when no callback, read, timer or waiter is left. Idempotent. Not from within OnBatch.
  Task<void> Stop();

  // A batch from the bus.
  void Offer(Batch batch);
  // The bus may have lost messages: asks Postgres.
  void OnReset();
  // The log has reached at least `head` (a beacon, a token that a client sent).
  void HeadsHint(uint64_t head);

  // The last delivered position. OnBatch has returned for it.
  uint64_t head() const;
  // Positions that are known to exist and have not been delivered.
  uint64_t lag() const;
  // True once head() >= position; false at the deadline or when stopped.
  Task<bool> WaitUntil(uint64_t position, std::chrono::steady_clock::time_point deadline);

  LogFollowerCounters counters() const;

 private:
  class Core;
  const std::shared_ptr<Core> core_;
};

}  // namespace plexus::bus
