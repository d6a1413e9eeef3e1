#include "common/platform/leases/keeper_core.h"

#include <algorithm>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"

namespace plexus::platform {

namespace asio = boost::asio;

LeaseKeeper::Core::Core(storage::Database& database, Executor executor, const Clock& clock, LeaseOptions options)
    : database_(database),
      strand_(asio::make_strand(executor)),
      clock_(clock),
      options_(std::move(options)),
      observer_(options_.ttl),
      heartbeat_timer_(strand_),
      poll_timer_(strand_),
      term_(std::make_shared<LeaseTerm>(clock)),
      directory_(std::make_shared<Directory>()) {}

bool LeaseKeeper::Core::LeaseValid() const {
  absl::MutexLock lock(&mutex_);
  return term_->Valid();
}

std::string LeaseKeeper::Core::process_id() const {
  absl::MutexLock lock(&mutex_);
  return id_;
}

DirectoryPtr LeaseKeeper::Core::Snapshot() const {
  absl::MutexLock lock(&mutex_);
  return directory_;
}

std::shared_ptr<void> LeaseKeeper::Core::OnDirectoryChange(std::function<void(DirectoryPtr)> callback) {
  auto listener = std::make_shared<std::function<void(DirectoryPtr)>>(std::move(callback));
  absl::MutexLock lock(&mutex_);
  listeners_.push_back(listener);
  return listener;
}

void LeaseKeeper::Core::Spawn(Task<void> task) {
  ++running_;
  auto finished = [self = shared_from_this()](std::exception_ptr) {
    --self->running_;
    self->Changed();
  };
  asio::co_spawn(strand_, std::move(task), asio::bind_executor(strand_, std::move(finished)));
}

Task<void> LeaseKeeper::Core::AwaitChange(Self self, absl::Duration at_most) {
  boost::system::error_code woken;
  asio::steady_timer timer(self->strand_, absl::ToChronoNanoseconds(std::max(at_most, absl::Milliseconds(1))));
  self->waiters_.insert(&timer);
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  self->waiters_.erase(&timer);
}

void LeaseKeeper::Core::Changed() {
  for (asio::steady_timer* waiter : waiters_) waiter->cancel();
}

void LeaseKeeper::Core::Announce() {
  if (options_.announce) options_.announce();
}

void LeaseKeeper::Core::Watch(const storage::SchemaName& schema, int by) {
  asio::post(strand_, [self = shared_from_this(), schema, by] {
    int& count = self->watched_[schema];
    count += by;
    if (count <= 0) self->watched_.erase(schema);
    if (by > 0) self->Nudge();
  });
}

void LeaseKeeper::Core::Nudge() {
  asio::post(strand_, [self = shared_from_this()] {
    self->nudged_ = true;
    self->poll_timer_.cancel();
  });
}

void LeaseKeeper::Core::Abandon() {
  {
    absl::MutexLock lock(&mutex_);
    term_->End();
  }
  // The caller waits for nothing: what runs on the strand sees the flag when it resumes.
  asio::post(strand_, [self = shared_from_this()] {
    self->abandoned_ = true;
    self->heartbeat_timer_.cancel();
    self->poll_timer_.cancel();
    self->Changed();
  });
}

Task<absl::Status> LeaseKeeper::Core::Start(Self self) {
  PLEXUS_CO_RETURN_IF_ERROR(co_await Register(self));
  self->Spawn(HeartbeatLoop(self));
  self->Spawn(PollLoop(self));
  self->Announce();
  absl::Status status = co_await Refresh(self);
  if (!status.ok()) (co_await Stop(self, absl::ZeroDuration())).IgnoreError();
  co_return status;
}

Task<absl::Status> LeaseKeeper::Core::Refresh(Self self) {
  int64_t wanted = self->polls_begun_ + 1;
  self->nudged_ = true;
  self->poll_timer_.cancel();
  while (self->polls_done_ < wanted) {
    if (self->ended()) co_return absl::UnavailableError("the lease keeper has stopped");
    co_await AwaitChange(self, self->options_.ttl);
  }
  co_return self->last_poll_;
}

Task<absl::Status> LeaseKeeper::Core::Activate(Self self, GroupKey key, std::shared_ptr<ShardOwner> owner) {
  if (self->ended() || self->stopping_) co_return absl::UnavailableError("the lease keeper has stopped");
  auto [group, added] = self->groups_.try_emplace(key);
  if (!added) co_return absl::AlreadyExistsError(absl::StrCat(key.first.name(), " is active already"));
  group->second.owner = std::move(owner);
  absl::Status status = co_await Refresh(self);
  // Until what this round has taken is in its owner's hands.
  for (;;) {
    auto active = self->groups_.find(key);
    if (active == self->groups_.end() || self->ended()) break;
    auto acquiring = [](const auto& held) { return held.second.phase == Phase::kAcquiring; };
    if (std::none_of(active->second.held.begin(), active->second.held.end(), acquiring)) break;
    co_await AwaitChange(self, self->options_.ttl);
  }
  co_return status;
}

Task<absl::Status> LeaseKeeper::Core::Deactivate(Self self, GroupKey key) {
  auto group = self->groups_.find(key);
  if (group == self->groups_.end()) co_return absl::OkStatus();
  group->second.leaving = true;
  self->BeginReleaseOfAll(key);
  absl::Time deadline = absl::Now() + self->options_.drain_timeout + self->options_.ttl;
  bool empty = co_await AwaitEmpty(self, key, deadline);
  self->groups_.erase(key);
  co_return empty ? absl::OkStatus() : absl::DeadlineExceededError("not all shards were released in time");
}

Task<absl::Status> LeaseKeeper::Core::Stop(Self self, absl::Duration limit) {
  absl::Time deadline = absl::Now() + limit;
  self->stopping_ = true;
  std::vector<GroupKey> keys;
  for (const auto& [key, group] : self->groups_) keys.push_back(key);
  for (const GroupKey& key : keys) self->BeginReleaseOfAll(key);
  bool empty = true;
  for (const GroupKey& key : keys) {
    bool drained = co_await AwaitEmpty(self, key, deadline);
    empty = empty && drained;
  }
  // Nothing of ours is valid from here on, whatever becomes of the row.
  self->LoseAll();
  self->groups_.clear();
  self->stopped_ = true;
  self->heartbeat_timer_.cancel();
  self->poll_timer_.cancel();
  self->Changed();
  while (self->running_ > 0 && absl::Now() < deadline + self->options_.ttl) {
    co_await AwaitChange(self, absl::Milliseconds(20));
  }
  absl::Status status;
  if (std::exchange(self->registered_, false)) {
    auto unregister = [id = self->process_id()](storage::Session& session) { return UnregisterProcess(session, id); };
    status = co_await self->database_.Run(storage::SchemaName::Shared(), std::move(unregister));
    self->Announce();
  }
  if (!empty) co_return absl::DeadlineExceededError("not all shards were drained in time");
  co_return status;
}

}  // namespace plexus::platform
