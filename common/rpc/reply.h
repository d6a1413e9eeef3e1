// A value that is produced on any thread and awaited on one executor, with a deadline.
#pragma once

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "absl/time/time.h"
#include "common/base/task.h"

namespace plexus::rpc {

// All state is touched on `executor` alone, which must run one handler at a time. Held by shared_ptr.
template <typename T>
class Reply : public std::enable_shared_from_this<Reply<T>> {
 public:
  explicit Reply(const Executor& executor) : timer_(executor) {}

  // The first value counts, later ones are dropped. From any thread; never resumes the waiter before it returns.
  void Set(T value) {
    boost::asio::dispatch(timer_.get_executor(), [self = this->shared_from_this(), value = std::move(value)]() mutable {
      self->Take(std::move(value));
    });
  }

  // Waits for a value, at most `timeout`; nullopt if none came. Runs on the executor, once.
  Task<std::optional<T>> Wait(absl::Duration timeout) {
    auto self = this->shared_from_this();
    if (!value_) {
      Arm(timeout);
      auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
      co_await timer_.async_wait(token);
    }
    co_return std::move(value_);
  }

 private:
  // Beyond this the timer's arithmetic could overflow; nobody waits so long.
  static constexpr absl::Duration kLongest = absl::Hours(24 * 365);

  void Arm(absl::Duration timeout) { timer_.expires_after(absl::ToChronoNanoseconds(std::min(timeout, kLongest))); }

  void Take(T value) {
    if (value_) return;
    value_.emplace(std::move(value));
    timer_.cancel();
  }

  boost::asio::steady_timer timer_;
  std::optional<T> value_;
};

}  // namespace plexus::rpc
