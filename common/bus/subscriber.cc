#include "common/bus/subscriber.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace plexus::bus {
namespace {

// Callbacks in a row, before other work of the executor gets its turn.
constexpr int kMaxCallbacksInARow = 64;
constexpr size_t kMessageOverhead = 64;

size_t Cost(const Payload& payload) { return payload->size() + kMessageOverhead; }

}  // namespace

Subscriber::Subscriber(std::string channel, Executor executor, OnMessage on_message, OnReset on_reset, size_t max_bytes,
                       std::shared_ptr<BusStats> stats)
    : channel_(std::move(channel)),
      executor_(std::move(executor)),
      on_message_(std::move(on_message)),
      on_reset_(std::move(on_reset)),
      max_bytes_(max_bytes),
      stats_(std::move(stats)) {}

void Subscriber::Deliver(Payload payload) {
  absl::MutexLock lock(&mutex_);
  if (closed_) return;
  if (queued_bytes_ + Cost(payload) > max_bytes_) {
    ++stats_->subscriber_overflows;
    queue_.clear();
    queued_bytes_ = 0;
    reset_due_ = true;
  }
  if (Cost(payload) <= max_bytes_) {
    queued_bytes_ += Cost(payload);
    queue_.push_back(std::move(payload));
  }
  Schedule();
}

void Subscriber::Reset() {
  absl::MutexLock lock(&mutex_);
  if (closed_) return;
  reset_due_ = true;
  Schedule();
}

void Subscriber::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  queue_.clear();
}

void Subscriber::Schedule() {
  if (std::exchange(scheduled_, true)) return;
  boost::asio::post(executor_, [self = shared_from_this()] { self->Drain(); });
}

void Subscriber::Drain() {
  for (int i = 0; i < kMaxCallbacksInARow; ++i) {
    if (!RunNext()) return;
  }
  boost::asio::post(executor_, [self = shared_from_this()] { self->Drain(); });
}

// False if there is nothing to do; the next delivery schedules again.
bool Subscriber::RunNext() {
  Payload payload;
  {
    absl::MutexLock lock(&mutex_);
    bool idle = closed_ || (!reset_due_ && queue_.empty());
    if (idle) scheduled_ = false;
    if (idle) return false;
    if (!std::exchange(reset_due_, false)) {
      payload = std::move(queue_.front());
      queue_.pop_front();
      queued_bytes_ -= Cost(payload);
    }
  }
  if (payload != nullptr) {
    on_message_(std::move(payload));
  } else if (on_reset_) {
    on_reset_();
  }
  return true;
}

}  // namespace plexus::bus
