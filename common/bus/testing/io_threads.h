// Threads that run an io_context, for tests that are not coroutines themselves.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "common/base/task.h"

namespace plexus::bus::testing {

// Runs until destroyed. Whatever uses the executor must have been stopped by then.
class IoThreads {
 public:
  explicit IoThreads(int threads = 1) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { context_.run(); });
  }
  ~IoThreads() {
    work_.reset();
    for (std::thread& thread : threads_) thread.join();
  }

  Executor executor() { return context_.get_executor(); }

  // Blocks until `task` has ended, and returns its result.
  template <typename T>
  T Await(Task<T> task) {
    return boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future).get();
  }

 private:
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ =
      boost::asio::make_work_guard(context_);
  std::vector<std::thread> threads_;
};

// Polls `condition` until it holds (true) or the time is over (false).
inline bool Eventually(const std::function<bool()>& condition,
                       std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
  auto give_up = std::chrono::steady_clock::now() + timeout;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace plexus::bus::testing
