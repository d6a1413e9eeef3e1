#include "services/account/jobs/periodic_job.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "common/base/shielded.h"

namespace plexus::account {
namespace {

constexpr std::chrono::milliseconds kStopPoll{2};

}  // namespace

// The timer between two rounds; touched on the job's executor only.
struct PeriodicJob::Pause {
  explicit Pause(const Executor& executor) : timer(executor) {}
  boost::asio::steady_timer timer;
};

PeriodicJob::PeriodicJob(Executor executor, std::chrono::milliseconds interval)
    : executor_(executor), interval_(interval), pause_(std::make_shared<Pause>(executor)) {}

PeriodicJob::~PeriodicJob() = default;

void PeriodicJob::Wake() {
  bool was_running = false;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping()) return;
    woken_ = true;
    was_running = std::exchange(running_, true);
  }
  if (was_running) {
    boost::asio::post(executor_, [pause = pause_] { pause->timer.cancel(); });
  } else {
    // Not under the lock: on its own executor the loop begins before this returns.
    boost::asio::co_spawn(executor_, Loop(shared_from_this()), boost::asio::detached);
  }
}

Task<void> PeriodicJob::Stop() {
  cancellation_->Cancel();
  boost::asio::post(executor_, [pause = pause_] { pause->timer.cancel(); });
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (!running_) co_return;
    }
    timer.expires_after(kStopPoll);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

bool PeriodicJob::Rest(bool again) {
  absl::MutexLock lock(&mutex_);
  if (!stopping() && (again || woken_)) return true;
  running_ = false;
  return false;
}

bool PeriodicJob::TakeWakeUp() {
  absl::MutexLock lock(&mutex_);
  return std::exchange(woken_, false);
}

Task<void> PeriodicJob::Round(PeriodicJob& job, bool& again) { again = co_await job.RunOnce(); }

Task<void> PeriodicJob::Loop(std::shared_ptr<PeriodicJob> self) {
  bool again = true;
  while (self->Rest(again)) {
    if (!self->TakeWakeUp()) {
      // Whoever wakes us from now on cancels this wait: the cancellation is posted, and runs after it has begun.
      boost::system::error_code ignored;
      self->pause_->timer.expires_after(self->interval_);
      co_await self->pause_->timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
      self->TakeWakeUp();
      if (self->stopping()) continue;
    }
    again = true;  // if it throws
    (co_await Shielded("background.account_job", Round(*self, again))).IgnoreError();
  }
}

}  // namespace plexus::account
