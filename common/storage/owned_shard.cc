#include "common/storage/owned_shard.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plexus::storage {

namespace asio = boost::asio;

OwnedShard::OwnedShard(ShardId shard, int64_t lease_id, int64_t head, int64_t next_nid)
    : shard_(shard), lease_id_(lease_id), head_(head), next_nid_(next_nid) {}

int64_t OwnedShard::head() const {
  absl::MutexLock lock(&mutex_);
  return head_;
}

ShardAdvance OwnedShard::NextAdvance(int entries, int nids) const {
  absl::MutexLock lock(&mutex_);
  return {.shard = shard_,
          .lease_id = lease_id_,
          .old_head = head_,
          .new_head = head_ + entries,
          .next_nid = next_nid_ + nids};
}

void OwnedShard::Advanced(const ShardAdvance& advance) {
  absl::MutexLock lock(&mutex_);
  head_ = advance.new_head;
  next_nid_ = advance.next_nid;
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
