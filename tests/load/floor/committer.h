// Group commit without any rule: one batched insert in flight, and a publication after it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/task.h"
#include "common/bus/bus.h"
#include "common/storage/database.h"

namespace plexus::floor {

// Thread-safe. Must outlive its calls.
class Committer {
 public:
  // Publishes on `channel`, as common/bus's log batches; an entry is {"id":…,"content":…}.
  Committer(storage::Database& database, storage::SchemaName schema, bus::Bus& bus, std::string channel);

  // Completes after the commit with the event's position. ResourceExhausted when kMaxQueued wait already.
  Task<absl::StatusOr<uint64_t>> Append(std::string txn_id, std::string content_json);

  static constexpr size_t kMaxQueued = 10'000;
  static constexpr size_t kMaxBatch = 512;

 private:
  using Done = absl::AnyInvocable<void(absl::StatusOr<uint64_t>)>;
  struct Pending {
    std::string txn_id, content_json;
    Done done;
  };
  // True if the caller has to run CommitQueued.
  bool Enqueue(Pending pending);
  Task<void> CommitQueued();
  std::vector<Pending> CutBatch();
  Task<absl::Status> Insert(const std::vector<Pending>& batch);
  void Publish(const std::vector<Pending>& batch);

  storage::Database& database_;
  const storage::SchemaName schema_;
  bus::Bus& bus_;
  const std::string channel_;
  uint64_t last_ = 0;  // position of the last commit; used by CommitQueued alone, of which one runs at a time
  absl::Mutex mutex_;
  bool committing_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<Pending> queued_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::floor
