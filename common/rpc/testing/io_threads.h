// Single-threaded executors for tests, and a way to run a coroutine on one of them to its end.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/task.h"

namespace plexus::rpc::testing {

class IoThreads {
 public:
  explicit IoThreads(size_t count = 2) {
    for (size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<Loop>());
  }

  std::vector<Executor> executors() const {
    std::vector<Executor> all;
    for (const auto& loop : loops_) all.emplace_back(loop->context.get_executor());
    return all;
  }
  Executor executor(size_t i) const { return loops_[i]->context.get_executor(); }
  std::thread::id thread_id(size_t i) const { return loops_[i]->thread.get_id(); }

  // Starts `task` on the first executor.
  template <typename T>
  std::future<T> Spawn(Task<T> task) {
    auto promise = std::make_shared<std::promise<T>>();
    boost::asio::co_spawn(executor(0), std::move(task), [promise](std::exception_ptr exception, T value) {
      if (exception) return promise->set_exception(exception);
      promise->set_value(std::move(value));
    });
    return promise->get_future();
  }

  // Runs `task` on the first executor; blocks the test until it has ended.
  template <typename T>
  T Run(Task<T> task) {
    return Spawn(std::move(task)).get();
  }

 private:
  struct Loop {
    Loop() : work(context.get_executor()), thread([this] { context.run(); }) {}
    ~Loop() {
      work.reset();
      context.stop();
      thread.join();
    }
    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
    std::thread thread;
  };
  std::vector<std::unique_ptr<Loop>> loops_;
};

}  // namespace plexus::rpc::testing
