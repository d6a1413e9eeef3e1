// A shard that this process owns, as writers of several-statement transactions need it.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/task.h"
#include "common/storage/database.h"
#include "common/storage/fenced_transaction.h"

namespace plexus::storage {

// Keeps head and next_nid of one lease and lets one write at a time through, in order of arrival; waiting costs neither
// a thread nor a connection. Thread-safe. Create it when the lease is acquired and drop it when it is lost.
class OwnedShard : public std::enable_shared_from_this<OwnedShard> {
 public:
  OwnedShard(ShardId shard, int64_t lease_id, int64_t head, int64_t next_nid);

  ShardId shard() const { return shard_; }
  int64_t lease_id() const { return lease_id_; }
  int64_t head() const;

  // FencedTransaction for this shard. `body` is a function of (Transaction&, const FencedPositions&) returning
  // absl::StatusOr<R>; it appends exactly `entries` log entries at positions.first … and may use `nids` row numbers
  // beginning with positions.first_nid. It may run several times and captures by value. ResourceExhausted when
  // kMaxWaiting writes wait already; FailedPrecondition when the lease is gone.
  //
  // What `body` returned is the answer even if the connection was lost after the commit: it ran to its end, and the
  // new head proves it.
  template <typename F>
  static Task<std::invoke_result_t<F&, Transaction&, const FencedPositions&>> Write(std::shared_ptr<OwnedShard> self,
                                                                                    Database& database,
                                                                                    SchemaName schema, int entries,
                                                                                    int nids, F body) {
    using R = std::invoke_result_t<F&, Transaction&, const FencedPositions&>;
    absl::Status entered = co_await self->Enter();
    if (!entered.ok()) co_return R(std::move(entered));
    // Leaves when the transaction ends, not when the caller gives up waiting for it.
    auto turn = std::shared_ptr<void>(nullptr, [self](void*) { self->Leave(); });
    auto work = [self, turn, entries, nids, body = std::move(body)](Session& session) mutable -> R {
      absl::StatusOr<ShardAdvance> advance = self->NextAdvance(session, entries, nids);
      if (!advance.ok()) return R(advance.status());
      R result = FencedTransaction(session, *advance, body);
      self->Ended(*advance, result.status());
      return result;
    };
    turn.reset();
    co_return co_await database.Run(std::move(schema), std::move(work));
  }

  static constexpr int kMaxWaiting = 1024;

 private:
  using Waiter = absl::AnyInvocable<void(absl::Status)>;
  Task<absl::Status> Enter();
  void Leave();
  // Asks Postgres for the head first if an earlier write left it in doubt.
  absl::StatusOr<ShardAdvance> NextAdvance(Session& session, int entries, int nids);
  void Ended(const ShardAdvance& advance, const absl::Status& status);

  const ShardId shard_;
  const int64_t lease_id_;
  mutable absl::Mutex mutex_;
  int64_t head_ ABSL_GUARDED_BY(mutex_);
  int64_t next_nid_ ABSL_GUARDED_BY(mutex_);
  bool in_doubt_ ABSL_GUARDED_BY(mutex_) = false;  // the outcome of the last write is unknown
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Waiter> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::storage
