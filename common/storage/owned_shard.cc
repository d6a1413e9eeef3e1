#include "common/storage/owned_shard.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/base/status_macros.h"
#include "common/storage/sql_error.h"

namespace plexus::storage {

namespace asio = boost::asio;

OwnedShard::OwnedShard(ShardId shard, int64_t lease_id, int64_t head, int64_t next_nid)
    : shard_(shard), lease_id_(lease_id), head_(head), next_nid_(next_nid) {}

int64_t OwnedShard::head() const {
  absl::MutexLock lock(&mutex_);
  return head_;
}

absl::StatusOr<ShardAdvance> OwnedShard::NextAdvance(Session& session, int entries, int nids) {
  // One write at a time: nothing changes between the locks.
  bool in_doubt;
  ShardHead current;
  {
    absl::MutexLock lock(&mutex_);
    in_doubt = in_doubt_;
    current = {head_, next_nid_};
  }
  if (in_doubt) {
    PLEXUS_ASSIGN_OR_RETURN(current, ReadOwnHead(session, shard_, lease_id_));
    absl::MutexLock lock(&mutex_);
    head_ = current.head;
    next_nid_ = current.next_nid;
    in_doubt_ = false;
  }
  return ShardAdvance{.shard = shard_,
                      .lease_id = lease_id_,
                      .old_head = current.head,
                      .new_head = current.head + entries,
                      .next_nid = current.next_nid + nids};
}

// A refusal, too, leaves the head in doubt: a write given up for lost may have arrived late.
void OwnedShard::Ended(const ShardAdvance& advance, const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (status.ok()) {
    head_ = advance.new_head;
    next_nid_ = advance.next_nid;
  } else if (CommitOutcomeOf(status) == CommitOutcome::kUnknown || absl::IsFailedPrecondition(status)) {
    in_doubt_ = true;
  }
}

Task<absl::Status> OwnedShard::Enter() {
  auto initiate = [](auto handler, std::shared_ptr<OwnedShard> self) {
    auto executor = asio::get_associated_executor(handler);
    Waiter waiter = [handler = std::move(handler),
                     guard = asio::make_work_guard(executor)](absl::Status status) mutable {
      auto resume = [handler = std::move(handler), status = std::move(status)]() mutable {
        handler(std::move(status));
      };
      asio::post(guard.get_executor(), std::move(resume));
    };
    absl::Status status;
    {
      absl::MutexLock lock(&self->mutex_);
      if (self->waiting_.size() >= kMaxWaiting) {
        status = absl::ResourceExhaustedError("too many writes wait for the shard");
      } else if (self->busy_) {
        self->waiting_.push_back(std::move(waiter));
        return;
      } else {
        self->busy_ = true;
      }
    }
    waiter(std::move(status));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(absl::Status)>(
      initiate, asio::use_awaitable, shared_from_this());
}

void OwnedShard::Leave() {
  Waiter next;
  {
    absl::MutexLock lock(&mutex_);
    busy_ = !waiting_.empty();
    if (waiting_.empty()) return;
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  next(absl::OkStatus());
}

}  // namespace plexus::storage
