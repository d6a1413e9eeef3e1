// The process's I/O threads: one io_context each. They run coroutines and never block.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "common/base/task.h"

namespace boost::asio {
class io_context;
}

namespace plexus::platform {

class IoThreads {
 public:
  // `count` threads, 0 for one for each core. They start running at once.
  explicit IoThreads(int count);
  // Whatever still waits is destroyed unresumed, so drain first.
  ~IoThreads();
  // Stops and joins the threads; the contexts stay, for the sake of objects that refer to them. Idempotent.
  void Join();
  IoThreads(const IoThreads&) = delete;

  int size() const { return static_cast<int>(contexts_.size()); }
  boost::asio::io_context& context(int i) { return *contexts_[i]; }
  std::vector<boost::asio::io_context*> contexts();

  // The next thread, round robin. Thread-safe.
  Executor Any();
  // Always the same thread for the same key: work that shares state without locks.
  Executor ForKey(uint64_t key);

 private:
  struct Work;
  std::vector<std::unique_ptr<boost::asio::io_context>> contexts_;
  std::vector<std::unique_ptr<Work>> work_;
  std::vector<std::thread> threads_;
  std::atomic<uint64_t> next_{0};
};

}  // namespace plexus::platform
