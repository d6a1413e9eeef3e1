#include "services/sync/idle_sweeper.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "common/base/shielded.h"
#include "common/bus/wait_list.h"

namespace plexus::sync {
namespace asio = boost::asio;

// All of it belongs to the strand.
struct IdleSweeper::Core {
  Core(const Executor& executor, absl::Duration interval, Sweep sweep)
      : strand(asio::make_strand(executor)),
        interval(interval),
        sweep(std::move(sweep)),
        woken(strand),
        running(strand) {}

  static Task<void> Run(std::shared_ptr<Core> self) {
    bus::RunningTasks::Scope scope = self->running.Enter();
    while (!self->stopping) {
      co_await self->woken.WaitUntil(std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(self->interval));
      if (!self->stopping) (co_await Shielded("background.idle_feeds", self->sweep())).IgnoreError();
    }
  }

  static Task<void> Stop(std::shared_ptr<Core> self) {
    self->stopping = true;
    self->woken.NotifyAll();
    co_await self->running.WaitForNone();
  }

  const Executor strand;
  const absl::Duration interval;
  const Sweep sweep;
  bus::WaitList woken;
  bus::RunningTasks running;
  bool stopping = false;
};

IdleSweeper::IdleSweeper(Executor executor, absl::Duration interval, Sweep sweep)
    : core_(std::make_shared<Core>(std::move(executor), interval, std::move(sweep))) {}

IdleSweeper::~IdleSweeper() = default;

void IdleSweeper::Start() { asio::co_spawn(core_->strand, Core::Run(core_), asio::detached); }

Task<void> IdleSweeper::Stop() { co_await asio::co_spawn(core_->strand, Core::Stop(core_), asio::use_awaitable); }

}  // namespace plexus::sync
