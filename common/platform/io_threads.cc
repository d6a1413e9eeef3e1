#include "common/platform/io_threads.h"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "common/base/shielded.h"

namespace plexus::platform {

struct IoThreads::Work {
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard;
};

namespace {

// Until the context is stopped. A handler that throws ends, and the thread goes on with the next.
void RunHandlers(boost::asio::io_context& context) {
  while (!context.stopped()) {
    try {
      context.run();
    } catch (...) {
      ReportCaught("a handler").IgnoreError();
    }
  }
}

}  // namespace

IoThreads::IoThreads(int count) {
  if (count <= 0) count = std::max(1u, std::thread::hardware_concurrency());
  for (int i = 0; i < count; ++i) {
    auto& context = contexts_.emplace_back(std::make_unique<boost::asio::io_context>());
    work_.push_back(std::make_unique<Work>(Work{boost::asio::make_work_guard(*context)}));
    threads_.emplace_back([context = context.get()] {
      pthread_setname_np(pthread_self(), "plexus-io");
      RunHandlers(*context);
    });
  }
}

IoThreads::~IoThreads() { Join(); }

void IoThreads::Join() {
  for (auto& context : contexts_) context->stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

std::vector<boost::asio::io_context*> IoThreads::contexts() {
  std::vector<boost::asio::io_context*> out;
  for (auto& context : contexts_) out.push_back(context.get());
  return out;
}

Executor IoThreads::Any() { return contexts_[next_++ % contexts_.size()]->get_executor(); }

Executor IoThreads::ForKey(uint64_t key) { return contexts_[key % contexts_.size()]->get_executor(); }

}  // namespace plexus::platform
