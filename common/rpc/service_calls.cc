#include "common/rpc/service_calls.h"

#include <boost/asio/this_coro.hpp>

#include "common/rpc/reply.h"

namespace plexus::rpc {

bool ServiceCalls::Begin(const std::shared_ptr<Cancellation>& call) {
  absl::MutexLock lock(&mutex_);
  if (closed_) return false;
  calls_.insert(call);
  return true;
}

void ServiceCalls::End(const std::shared_ptr<Cancellation>& call) {
  std::vector<std::shared_ptr<Reply<bool>>> idle;
  {
    absl::MutexLock lock(&mutex_);
    calls_.erase(call);
    if (calls_.empty()) idle.swap(waiters_);
  }
  for (const auto& waiter : idle) waiter->Set(true);
}

void ServiceCalls::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

bool ServiceCalls::closed() const {
  absl::MutexLock lock(&mutex_);
  return closed_;
}

void ServiceCalls::CancelAll() {
  std::vector<std::shared_ptr<Cancellation>> calls;
  {
    absl::MutexLock lock(&mutex_);
    calls.assign(calls_.begin(), calls_.end());
  }
  for (const auto& call : calls) call->Cancel();
}

Task<bool> ServiceCalls::Idle(absl::Duration timeout) {
  auto waiter = std::make_shared<Reply<bool>>(co_await boost::asio::this_coro::executor);
  {
    absl::MutexLock lock(&mutex_);
    if (calls_.empty()) co_return true;
    waiters_.push_back(waiter);
  }
  std::optional<bool> idle = co_await waiter->Wait(timeout);
  co_return idle.has_value();
}

}  // namespace plexus::rpc
