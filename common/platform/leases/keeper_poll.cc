#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "absl/time/time.h"
#include "common/base/shielded.h"
#include "common/base/status_macros.h"
#include "common/platform/leases/keeper_core.h"

namespace plexus::platform {

namespace asio = boost::asio;

Task<void> LeaseKeeper::Core::PollLoop(Self self) {
  while (!self->ended()) {
    int64_t number = ++self->polls_begun_;
    self->nudged_ = false;
    absl::Status status = co_await Shielded("background.lease_poll", PollOnce(self));
    self->last_poll_ = status;
    self->polls_done_ = number;
    self->Changed();
    if (self->ended() || self->nudged_) continue;
    boost::system::error_code woken;
    self->poll_timer_.expires_after(absl::ToChronoNanoseconds(self->NextPoll()));
    co_await self->poll_timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

absl::Duration LeaseKeeper::Core::NextPoll() const {
  int64_t now = clock_.BootNanos();
  bool eager = awaits_handover_ && now < eager_until_;
  absl::Duration pause = eager ? options_.eager_poll_interval() : options_.poll_interval();
  // Exactly when a silent process can be declared dead, not up to an interval later.
  int64_t verdict = observer_.NextVerdict();
  if (verdict != INT64_MAX && verdict > now) pause = std::min(pause, absl::Nanoseconds(verdict - now));
  return std::max(pause, absl::Milliseconds(1));
}

std::set<storage::SchemaName> LeaseKeeper::Core::SchemasOfInterest() const {
  std::set<storage::SchemaName> schemas;
  for (const auto& [key, group] : groups_) schemas.insert(key.first);
  for (const auto& [schema, count] : watched_) schemas.insert(schema);
  return schemas;
}

Task<absl::Status> LeaseKeeper::Core::PollOnce(Self self) {
  int64_t sent = self->clock_.BootNanos();
  auto read = [schemas = self->SchemasOfInterest()](storage::Session& session) {
    return ReadCluster(session, schemas);
  };
  absl::StatusOr<ClusterState> cluster = co_await self->database_.Run(storage::SchemaName::Shared(), std::move(read));
  if (!cluster.ok()) co_return cluster.status();
  if (self->ended()) co_return absl::OkStatus();
  auto state = std::make_shared<ClusterState>(*std::move(cluster));
  std::vector<platform::Beat> dead = self->observer_.Observe(sent, self->clock_.BootNanos(), state->beats);
  co_await Bury(self, std::move(dead), state);
  std::vector<GroupKey> keys;
  for (const auto& [key, group] : self->groups_) keys.push_back(key);
  self->awaits_handover_ = false;
  for (const GroupKey& key : keys) {
    if (self->ended()) co_return absl::OkStatus();
    self->DropTaken(key, *state);
    self->HandOver(key, *state);
    co_await TakeVacant(self, key, state);
  }
  if (!self->ended()) self->Publish(*state);
  co_return absl::OkStatus();
}

// We do not judge others while we are past our own term.
Task<void> LeaseKeeper::Core::Bury(Self self, std::vector<platform::Beat> dead, std::shared_ptr<ClusterState> state) {
  for (const platform::Beat& beat : dead) {
    if (self->ended() || !self->LeaseValid() || beat.process_id == self->process_id()) continue;
    auto declare = [beat](storage::Session& session) { return DeclareDead(session, beat); };
    absl::StatusOr<bool> gone = co_await self->database_.Run(storage::SchemaName::Shared(), std::move(declare));
    if (!gone.ok() || !*gone) continue;
    state->processes.erase(beat.process_id);
    if (!self->ended()) self->Announce();
  }
}

// A lease that another has taken meanwhile: we were declared dead, and have not noticed yet.
void LeaseKeeper::Core::DropTaken(const GroupKey& key, const ClusterState& state) {
  auto group = groups_.find(key);
  if (group == groups_.end()) return;
  for (auto held = group->second.held.begin(); held != group->second.held.end();) {
    ShardKey shard{key.first.name(), static_cast<int>(key.second), held->first};
    auto row = state.owners.find(shard);
    bool taken = row != state.owners.end() && row->second.epoch > held->second.lease.epoch;
    if (!taken) {
      ++held;
      continue;
    }
    TellLost(*group->second.owner, held->second);
    held = group->second.held.erase(held);
    Changed();
  }
}

// Drains what should be another's, if that one is seen to be at work.
void LeaseKeeper::Core::HandOver(const GroupKey& key, const ClusterState& state) {
  auto group = groups_.find(key);
  if (group == groups_.end()) return;
  Directory view{.processes = state.processes};
  std::string me = process_id();
  for (auto& [id, held] : group->second.held) {
    ShardKey shard{key.first.name(), static_cast<int>(key.second), id};
    const ProcessInfo* preferred = PreferredOwner(view, shard);
    if (preferred == nullptr || preferred->id == me) continue;
    if (observer_.IsBeating(preferred->id, clock_.BootNanos())) BeginRelease(key, held);
  }
}

std::vector<Vacancy> LeaseKeeper::Core::Vacancies(const GroupKey& key, const ClusterState& state) {
  std::vector<Vacancy> vacancies;
  auto group = groups_.find(key);
  if (group == groups_.end() || group->second.leaving || stopping_ || !registered_ || !LeaseValid()) return vacancies;
  Directory view{.processes = state.processes};
  std::string me = process_id();
  ShardKey first{key.first.name(), static_cast<int>(key.second), 0};
  for (auto row = state.owners.lower_bound(first); row != state.owners.end(); ++row) {
    const ShardKey& shard = row->first;
    if (shard.schema != first.schema || shard.kind != first.kind) break;
    if (group->second.held.contains(shard.shard)) continue;
    const std::string& owner = row->second.process_id;
    const ProcessInfo* preferred = PreferredOwner(view, shard);
    bool ours = preferred != nullptr && preferred->id == me;
    bool vacant = owner.empty() || !state.processes.contains(owner);
    // Recorded as ours but not held: the answer to taking or releasing it was lost.
    if (owner == me || (vacant && ours)) vacancies.push_back({shard.shard, row->second.epoch});
    if (!vacant && ours && owner != me) awaits_handover_ = true;
  }
  return vacancies;
}

Task<void> LeaseKeeper::Core::TakeVacant(Self self, GroupKey key, std::shared_ptr<ClusterState> state) {
  std::vector<Vacancy> vacancies = self->Vacancies(key, *state);
  if (vacancies.empty()) co_return;
  std::string me = self->process_id();
  std::shared_ptr<LeaseTerm> term;
  {
    absl::MutexLock lock(&self->mutex_);
    term = self->term_;
  }
  auto take = [me, kind = key.second, vacancies](storage::Session& session) {
    return TakeShards(session, me, kind, vacancies);
  };
  absl::StatusOr<std::vector<TakenShard>> taken = co_await self->database_.Run(key.first, std::move(take));
  // As another incarnation we hold nothing of what that one took: its rows belong to a dead process.
  if (!taken.ok() || self->ended() || self->process_id() != me || !self->registered_) co_return;
  for (const TakenShard& shard : *taken) {
    ShardKey row{key.first.name(), static_cast<int>(key.second), shard.id};
    state->owners[row] = {me, shard.epoch};
    self->Acquired(key, shard, term);
  }
  if (!taken->empty()) self->Announce();
}

void LeaseKeeper::Core::Publish(const ClusterState& state) {
  DirectoryPtr previous = Snapshot();
  std::string me = process_id();
  bool members_changed = previous->processes != state.processes;
  if (members_changed) eager_until_ = clock_.BootNanos() + 2 * absl::ToInt64Nanoseconds(options_.ttl);
  if (!members_changed && previous->owners == state.owners && previous->self == me) return;
  auto next = std::make_shared<Directory>();
  next->version = previous->version + 1;
  next->self = me;
  next->processes = state.processes;
  next->owners = state.owners;
  std::vector<std::shared_ptr<std::function<void(DirectoryPtr)>>> listeners;
  {
    absl::MutexLock lock(&mutex_);
    directory_ = next;
    std::erase_if(listeners_, [](const auto& listener) { return listener.expired(); });
    for (const auto& listener : listeners_) listeners.push_back(listener.lock());
  }
  for (const auto& listener : listeners) {
    if (listener) (*listener)(next);
  }
}

}  // namespace plexus::platform
