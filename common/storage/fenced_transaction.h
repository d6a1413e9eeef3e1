// A transaction of several statements that only the owner of a shard can commit.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include "common/storage/fenced_batch.h"
#include "common/storage/session.h"

namespace plexus::storage {

struct FencedPositions {
  int64_t first = 0;      // position of the first new log entry: old_head + 1
  int64_t first_nid = 0;  // first row number that the transaction may use
};

// BEGIN, the fencing UPDATE of the shard row (which `advance` describes; its next_nid is the value to be stored,
// `first_nid` the one that was there), `body`, COMMIT. FailedPrecondition if the lease is gone: nothing was written.
// Unknown outcomes are resolved as in FencedBatch: committed if the head is new, repeated if it is old. If the lease is
// gone the status is Unavailable with CommitOutcome kUnknown, and the caller looks its rows up by their ids.
// With old_head == new_head the head proves nothing: `body` must then be safe to repeat after it was committed.
absl::Status RunFencedTransaction(Session& session, const ShardAdvance& advance,
                                  absl::FunctionRef<absl::Status(Transaction&, const FencedPositions&)> body);

template <typename F>
std::invoke_result_t<F&, Transaction&, const FencedPositions&> FencedTransaction(Session& session,
                                                                                 const ShardAdvance& advance, F& body) {
  std::optional<std::invoke_result_t<F&, Transaction&, const FencedPositions&>> result;
  absl::Status status =
      RunFencedTransaction(session, advance, [&](Transaction& transaction, const FencedPositions& positions) {
        result.emplace(body(transaction, positions));
        return absl::Status(result->status());
      });
  if (!status.ok()) return status;
  return *std::move(result);
}

}  // namespace plexus::storage
