#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/shielded.h"
#include "common/base/status_macros.h"
#include "common/platform/leases/keeper_core.h"

namespace plexus::platform {

namespace asio = boost::asio;

namespace {

// A renewal that failed is tried again sooner than the next would be due.
constexpr int kRetriesInInterval = 4;

}  // namespace

Task<void> LeaseKeeper::Core::HeartbeatLoop(Self self) {
  while (!self->ended()) {
    absl::Duration pause = self->options_.heartbeat_interval();
    bool recent = self->registered_ &&
                  self->observer_.last_renewal() + absl::ToInt64Nanoseconds(pause) > self->clock_.BootNanos();
    if (!recent) pause = pause / kRetriesInInterval;
    boost::system::error_code woken;
    self->heartbeat_timer_.expires_after(absl::ToChronoNanoseconds(pause));
    co_await self->heartbeat_timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (!self->ended()) (co_await Shielded("background.lease_heartbeat", Beat(self))).IgnoreError();
  }
}

Task<void> LeaseKeeper::Core::Beat(Self self) {
  if (self->options_.healthy && !self->options_.healthy()) co_return;
  if (!self->registered_) {
    absl::Status registered = co_await Register(self);
    if (registered.ok()) self->Nudge();
    co_return;
  }
  int64_t sent = self->clock_.BootNanos();
  auto renew = [id = self->process_id()](storage::Session& session) { return RenewProcess(session, id); };
  absl::StatusOr<bool> alive = co_await self->database_.Run(storage::SchemaName::Shared(), std::move(renew));
  if (self->ended() || !alive.ok()) co_return;
  if (*alive) {
    self->observer_.Renewed(self->clock_.BootNanos());
    absl::MutexLock lock(&self->mutex_);
    self->term_->RenewUntil(sent + absl::ToInt64Nanoseconds(self->options_.ttl));
    co_return;
  }
  self->LoseAll();
  absl::Status registered = co_await Register(self);
  if (registered.ok()) self->Nudge();
}

Task<absl::Status> LeaseKeeper::Core::Register(Self self) {
  ProcessInfo process{.id = absl::StrCat(self->options_.name, "-", RandomAlphanumeric(12)),
                      .address = self->options_.address,
                      .roles = self->options_.roles};
  auto term = std::make_shared<LeaseTerm>(self->clock_);
  int64_t sent = self->clock_.BootNanos();
  auto insert = [process](storage::Session& session) { return RegisterProcess(session, process); };
  absl::Status status = co_await self->database_.Run(storage::SchemaName::Shared(), std::move(insert));
  // A row that was inserted without our knowing it is found silent, and deleted, by the others.
  if (!status.ok() || self->ended()) co_return status;
  self->observer_.Renewed(self->clock_.BootNanos());
  self->registered_ = true;
  absl::MutexLock lock(&self->mutex_);
  self->id_ = process.id;
  self->term_ = std::move(term);
  self->term_->RenewUntil(sent + absl::ToInt64Nanoseconds(self->options_.ttl));
  co_return absl::OkStatus();
}

void LeaseKeeper::Core::LoseAll() {
  {
    absl::MutexLock lock(&mutex_);
    term_->End();
  }
  if (!stopping_) registered_ = false;
  for (auto& [key, group] : groups_) {
    std::map<int, Held> lost;
    lost.swap(group.held);
    for (auto& [id, held] : lost) TellLost(*group.owner, held);
  }
  Changed();
}

}  // namespace plexus::platform
