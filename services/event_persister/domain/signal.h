// Something that coroutines of one (single-threaded) executor wait for.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/base/task.h"

namespace plexus::event_persister {

// Set once, waited for by any number. Not thread-safe.
class Signal {
 public:
  explicit Signal(const Executor& executor) : timer_(executor, boost::asio::steady_timer::time_point::max()) {}
  bool is_set() const { return set_; }
  void Set() {
    set_ = true;
    timer_.cancel();
  }
  Task<void> Wait() {
    while (!set_) co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }

 private:
  boost::asio::steady_timer timer_;
  bool set_ = false;
};

}  // namespace plexus::event_persister
