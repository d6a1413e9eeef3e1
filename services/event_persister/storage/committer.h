// Group commit: one batch in flight for all room shards of a tenant that this process owns.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/base/task.h"
#include "common/platform/leases/shard_lease.h"
#include "common/storage/database.h"
#include "common/storage/fenced_batch.h"
#include "services/event_persister/domain/write_unit.h"

namespace plexus::event_persister {

struct CommitterOptions {
  size_t max_batch_units = 256;
  size_t max_batch_events = 512;  // a unit with more goes alone
  size_t max_batch_bytes = 4 << 20;
  absl::Duration min_backoff = absl::Milliseconds(20);  // while Postgres cannot be reached
  absl::Duration max_backoff = absl::Milliseconds(500);
  // Told of each batch that Postgres has answered, on the committer's executor. May be null.
  std::function<void(size_t units, absl::Duration took)> on_batch;
};

// What was committed of one shard: positions (head before, last] in the order of `units`.
struct CommittedRange {
  int shard = 0;
  int64_t first = 0;
  int64_t last = 0;
  std::vector<UnitPtr> units;
};

// Idle, it commits a unit at once; what arrives while a batch is under way makes the next one: batches come from load,
// never from a timer. Thread-safe. Costs nothing while there is nothing to do.
//
// Units of a room are stored in the order of Submit. When one is not stored, every later one of its room and generation
// that carries events comes back as kRebuild.
class Committer : public std::enable_shared_from_this<Committer> {
 public:
  // Gives units back, their fate decided, in order. Called on the shard's executor.
  using OnDone = std::function<void(std::vector<UnitPtr>)>;
  using OnBroken = std::function<void()>;
  // Called on the committer's executor after a commit and before OnDone: publishes. In the order of positions.
  using OnCommitted = std::function<void(const CommittedRange&)>;

  // `database` and `clock` outlive the committer's work.
  Committer(storage::Database& database, storage::SchemaName schema, Executor executor, const Clock& clock,
            OnCommitted on_committed, CommitterOptions options = {});

  // `on_broken` is called on the shard's executor, instead of what was still to come: an exception has left units whose
  // fate nobody knows, and the shard is closed.
  void OpenShard(platform::ShardLease lease, Executor executor, OnDone on_done, OnBroken on_broken);
  // What is queued comes back as kLost, and so does what is in flight, unless its commit is confirmed.
  void CloseShard(int shard);
  void Submit(UnitPtr unit);

  // Completes when nothing is queued or in flight.
  Task<void> Settle();

  // How long the statement under way has been running; zero if none is. For the process's watchdog: a committer that
  // does not finish must not keep its leases.
  absl::Duration BusyFor() const;
  // Batches, and units in them, so far.
  int64_t batches() const { return batches_.load(); }
  int64_t units() const { return units_.load(); }

 private:
  struct Shard {
    Shard(platform::ShardLease held, Executor home, OnDone done, OnBroken broken)
        : lease(std::move(held)),
          executor(std::move(home)),
          on_done(std::move(done)),
          on_broken(std::move(broken)),
          head(lease.head),
          next_nid(lease.next_nid) {}
    const platform::ShardLease lease;
    const Executor executor;
    const OnDone on_done;
    const OnBroken on_broken;
    int64_t head;
    int64_t next_nid;
    absl::flat_hash_map<int64_t, int64_t> failed_generation;  // of rooms: this and older ones are built on sand
  };
  using ShardPtr = std::shared_ptr<Shard>;
  struct Attempt;
  using Outcome = absl::StatusOr<std::vector<storage::FenceOutcome>>;

  Task<void> Run();
  std::vector<UnitPtr> Cut();
  Task<void> Store(std::vector<UnitPtr> units);
  std::shared_ptr<Attempt> Prepare(std::vector<UnitPtr> units);
  void SetPositions(WriteUnit& unit, int64_t& position);
  Task<Outcome> Write(std::shared_ptr<Attempt> attempt);
  Task<Outcome> Resolve(std::shared_ptr<Attempt> attempt);
  void Finish(const Attempt& attempt, const std::vector<storage::FenceOutcome>& outcomes);
  Task<std::deque<std::vector<UnitPtr>>> Sift(std::shared_ptr<Attempt> attempt, absl::Status status);
  void MarkFailed(const WriteUnit& unit);
  ShardPtr FindShard(int shard) const;
  void GiveBack(std::vector<UnitPtr> units);
  void Break(const std::vector<UnitPtr>& units);
  Task<void> Pause(absl::Duration pause);

  storage::Database& database_;
  const storage::SchemaName schema_;
  const Executor executor_;
  const Clock& clock_;
  const OnCommitted on_committed_;
  const CommitterOptions options_;
  std::atomic<int64_t> busy_since_{0};
  std::atomic<int64_t> batches_{0}, units_{0};

  mutable absl::Mutex mutex_;
  std::deque<UnitPtr> queue_ ABSL_GUARDED_BY(mutex_);
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
  // The map is guarded; a Shard's head, next_nid and failed_generation belong to Run().
  absl::flat_hash_map<int, ShardPtr> shards_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::event_persister
