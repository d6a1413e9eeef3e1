// A request that nobody waits for any more.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <utility>

namespace plexus {

// Shared by everybody who works on one request. Thread-safe.
class Cancellation {
 public:
  // Unregisters when destroyed; if the function is running on another thread just then, waits for its end.
  using Registration = std::unique_ptr<std::stop_callback<std::function<void()>>>;

  // Runs what is registered, on this thread. Later calls do nothing.
  void Cancel() { source_.request_stop(); }
  bool cancelled() const { return source_.stop_requested(); }

  // `fn` runs once, on the thread that cancels, at once if that has happened already. It must be quick and not throw.
  [[nodiscard]] Registration OnCancel(std::function<void()> fn) {
    return std::make_unique<std::stop_callback<std::function<void()>>>(source_.get_token(), std::move(fn));
  }

 private:
  std::stop_source source_;
};

}  // namespace plexus
