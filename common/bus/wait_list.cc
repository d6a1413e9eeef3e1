#include "common/bus/wait_list.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "absl/cleanup/cleanup.h"

namespace plexus::bus {
namespace asio = boost::asio;

Task<void> WaitList::WaitUntil(std::chrono::steady_clock::time_point deadline) {
  asio::steady_timer timer(strand_, deadline);
  auto place = waiting_.insert(waiting_.end(), &timer);
  absl::Cleanup leave = [this, place] { waiting_.erase(place); };
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

Task<void> WaitList::Wait() { co_await WaitUntil(std::chrono::steady_clock::time_point::max()); }

void WaitList::NotifyAll() {
  for (asio::steady_timer* timer : waiting_) timer->cancel();
}

Task<void> RunningTasks::WaitForNone() {
  while (count_ > 0) co_await ended_.Wait();
}

}  // namespace plexus::bus
