#include "tests/load/floor/timeline.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "absl/strings/str_cat.h"

namespace plexus::floor {

namespace asio = boost::asio;

void Timeline::Add(bus::Batch batch) {
  absl::MutexLock lock(&mutex_);
  batches_.push_back(std::move(batch));
  if (batches_.size() > kMaxBatches) batches_.pop_front();
  for (std::shared_ptr<Timer>& timer : waiting_) {
    const auto executor = timer->get_executor();
    asio::post(executor, [timer = std::move(timer)] { timer->cancel(); });
  }
  waiting_.clear();
}

Task<std::string> Timeline::After(uint64_t since, std::chrono::milliseconds timeout) {
  auto timer = std::make_shared<Timer>(co_await asio::this_coro::executor, timeout);
  if (WaitFor(since, timer)) co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
  co_return Answer(since);
}

bool Timeline::HasAfter(uint64_t since) const { return !batches_.empty() && batches_.back().last > since; }

bool Timeline::WaitFor(uint64_t since, std::shared_ptr<Timer> timer) {
  absl::MutexLock lock(&mutex_);
  if (HasAfter(since)) return false;
  // Those whose time is up are nobody else's to remove.
  std::erase_if(waiting_, [](const std::shared_ptr<Timer>& each) { return each.use_count() == 1; });
  waiting_.push_back(std::move(timer));
  return true;
}

std::string Timeline::Answer(uint64_t since) const {
  std::string events;
  absl::MutexLock lock(&mutex_);
  auto batch = std::upper_bound(batches_.begin(), batches_.end(), since,
                                [](uint64_t position, const bus::Batch& each) { return position < each.last; });
  for (; batch != batches_.end() && events.size() < kMaxAnswerBytes; ++batch) {
    absl::StrAppend(&events, events.empty() ? "" : ",", *batch->payload);
    since = batch->last;
  }
  return absl::StrCat(R"({"next":)", since, R"(,"events":[)", events, "]}");
}

}  // namespace plexus::floor
