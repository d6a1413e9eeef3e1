#include "gateway/idle_sweep.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plexus::gateway {

void IdleSweep::Start() {
  boost::asio::post(timer_.get_executor(), [self = shared_from_this()] { self->Arm(); });
}

void IdleSweep::Arm() {
  if (stopped_) return;
  timer_.expires_after(kPeriod);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (error || self->stopped_) return;
    self->Arm();
    self->Sweep();
  });
}

void IdleSweep::Sweep() {
  const int64_t before = clock_.BootNanos() - idle_nanos_;
  for (const TenantStatePtr& tenant : hosts_.All()) tenant->revocations.StopIfIdle(before);
}

Task<void> IdleSweep::Stop() {
  // All on the timer's executor; what had been queued there before runs first.
  const auto stop = [](std::shared_ptr<IdleSweep> self) -> Task<void> {
    self->stopped_ = true;
    self->timer_.cancel();
    co_return;
  };
  co_await boost::asio::co_spawn(timer_.get_executor(), stop(shared_from_this()), boost::asio::use_awaitable);
}

}  // namespace plexus::gateway
