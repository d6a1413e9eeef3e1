#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "absl/time/clock.h"
#include "common/platform/leases/keeper_core.h"

namespace plexus::platform {

namespace asio = boost::asio;

LeaseKeeper::Core::Held* LeaseKeeper::Core::Find(const GroupKey& key, const ShardLease& lease) {
  auto group = groups_.find(key);
  if (group == groups_.end()) return nullptr;
  auto held = group->second.held.find(lease.shard.id);
  if (held == group->second.held.end() || held->second.lease.lease_id != lease.lease_id) return nullptr;
  return &held->second;
}

void LeaseKeeper::Core::Acquired(const GroupKey& key, const TakenShard& taken, std::shared_ptr<LeaseTerm> term) {
  auto group = groups_.find(key);
  if (group == groups_.end()) return;
  ShardLease lease{.schema = key.first,
                   .shard = {key.second, taken.id},
                   .epoch = taken.epoch,
                   .lease_id = taken.lease_id,
                   .head = taken.head,
                   .next_nid = taken.next_nid,
                   .term = std::move(term)};
  group->second.held.emplace(taken.id, Held{.lease = lease});
  Spawn(RunAcquired(shared_from_this(), key, lease, group->second.owner));
}

Task<void> LeaseKeeper::Core::RunAcquired(Self self, GroupKey key, ShardLease lease,
                                          std::shared_ptr<ShardOwner> owner) {
  co_await owner->OnAcquired(lease);
  Held* held = self->Find(key, lease);
  if (held == nullptr) co_return;
  held->phase = Phase::kOwned;
  if (held->release_wanted || self->stopping_) self->BeginRelease(key, *held);
  self->Changed();
}

void LeaseKeeper::Core::BeginRelease(const GroupKey& key, Held& held) {
  if (held.phase == Phase::kReleasing) return;
  held.release_wanted = true;
  if (held.phase == Phase::kAcquiring) return;
  held.phase = Phase::kReleasing;
  Spawn(RunRelease(shared_from_this(), key, held.lease, groups_.at(key).owner));
}

void LeaseKeeper::Core::BeginReleaseOfAll(const GroupKey& key) {
  for (auto& [id, held] : groups_.at(key).held) BeginRelease(key, held);
}

void LeaseKeeper::Core::GiveUp(GroupKey key, ShardLease lease) {
  asio::post(strand_, [self = shared_from_this(), key = std::move(key), lease = std::move(lease)] {
    if (Held* held = self->Find(key, lease)) self->BeginRelease(key, *held);
  });
}

void LeaseKeeper::Core::TellLost(ShardOwner& owner, Held& held) {
  if (!std::exchange(held.told, true)) owner.OnLost(held.lease);
}

Task<void> LeaseKeeper::Core::Drain(std::shared_ptr<ShardOwner> owner, ShardLease lease) {
  co_await owner->OnReleasing(lease);
}

Task<void> LeaseKeeper::Core::RunRelease(Self self, GroupKey key, ShardLease lease, std::shared_ptr<ShardOwner> owner) {
  auto drained = std::make_shared<bool>(false);
  // Goes on by itself if it takes too long: the row is released under it, and its writes are refused.
  auto finished = [self, drained](std::exception_ptr) {
    *drained = true;
    self->Changed();
  };
  asio::co_spawn(self->strand_, Drain(owner, lease), asio::bind_executor(self->strand_, std::move(finished)));
  absl::Time deadline = absl::Now() + self->options_.drain_timeout;
  while (!*drained && absl::Now() < deadline && !self->ended()) co_await AwaitChange(self, deadline - absl::Now());
  Held* held = self->Find(key, lease);
  if (self->ended() || held == nullptr) co_return;
  // Told before the row is free: from then on another answers.
  TellLost(*owner, *held);
  auto release = [lease](storage::Session& session) { return ReleaseShard(session, lease.shard, lease.lease_id); };
  absl::Status status = co_await self->database_.Run(key.first, std::move(release));
  if (self->ended()) co_return;
  if (self->Find(key, lease) != nullptr) self->groups_.at(key).held.erase(lease.shard.id);
  self->Changed();
  if (status.ok()) self->Announce();
  self->Nudge();
}

Task<bool> LeaseKeeper::Core::AwaitEmpty(Self self, GroupKey key, absl::Time deadline) {
  for (;;) {
    auto group = self->groups_.find(key);
    if (group == self->groups_.end() || group->second.held.empty()) co_return true;
    absl::Time now = absl::Now();
    if (now >= deadline || self->ended()) co_return false;
    co_await AwaitChange(self, deadline - now);
  }
}

}  // namespace plexus::platform
