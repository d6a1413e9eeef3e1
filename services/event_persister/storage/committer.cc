#include "services/event_persister/storage/committer.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/matrix_error.h"
#include "common/base/shielded.h"
#include "common/platform/log.h"
#include "common/storage/sql_error.h"
#include "services/event_persister/storage/batch_statement.h"
#include "services/event_persister/storage/conflicts.h"

namespace plexus::event_persister {

using storage::FenceOutcome;

// One batch on its way to Postgres. Shared with the thread that executes it.
struct Committer::Attempt {
  std::vector<UnitPtr> units;
  std::vector<ShardPtr> shards;  // one for each advance
  std::vector<storage::ShardAdvance> advances;

  // The place of the unit's shard.
  size_t PlaceOf(const WriteUnit& unit) const {
    for (size_t i = 0; i < advances.size(); ++i) {
      if (advances[i].shard.id == unit.shard) return i;
    }
    return 0;  // not reached: Prepare() makes an advance for every unit
  }
};

namespace {

constexpr std::string_view kReadOnlyTransaction = "25006";  // during a failover

// Errors about the data of the batch, that repeating it does not cure.
bool IsAboutTheData(const absl::Status& status) {
  if (storage::SqlStateOf(status) == kReadOnlyTransaction) return false;
  switch (status.code()) {
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kInternal: return true;
    default: return false;
  }
}

bool BuiltOnSand(const absl::flat_hash_map<int64_t, int64_t>& failed, const WriteUnit& unit) {
  auto it = failed.find(unit.room_nid);
  return it != failed.end() && unit.generation <= it->second && !unit.events.empty();
}

}  // namespace

Committer::Committer(storage::Database& database, storage::SchemaName schema, Executor executor, const Clock& clock,
                     OnCommitted on_committed, CommitterOptions options)
    : database_(database),
      schema_(std::move(schema)),
      executor_(std::move(executor)),
      clock_(clock),
      on_committed_(std::move(on_committed)),
      options_(options) {}

void Committer::OpenShard(platform::ShardLease lease, Executor executor, OnDone on_done, OnBroken on_broken) {
  const int id = lease.shard.id;
  auto shard = std::make_shared<Shard>(std::move(lease), std::move(executor), std::move(on_done), std::move(on_broken));
  absl::MutexLock lock(&mutex_);
  shards_[id] = std::move(shard);
}

void Committer::CloseShard(int shard) {
  absl::MutexLock lock(&mutex_);
  shards_.erase(shard);
}

void Committer::Submit(UnitPtr unit) {
  {
    absl::MutexLock lock(&mutex_);
    queue_.push_back(std::move(unit));
    if (std::exchange(running_, true)) return;
  }
  boost::asio::co_spawn(
      executor_, [self = shared_from_this()]() { return self->Run(); }, boost::asio::detached);
}

Task<void> Committer::Run() {
  const std::shared_ptr<Committer> keep = shared_from_this();
  for (std::vector<UnitPtr> units = Cut(); !units.empty(); units = Cut()) {
    const absl::Status stored = co_await Shielded("background.committer", Store(units));
    if (!stored.ok()) Break(units);
  }
}

// The front of the queue, within the bounds of a batch; none ends Run(). An alias occurs once in a batch.
std::vector<UnitPtr> Committer::Cut() {
  absl::MutexLock lock(&mutex_);
  std::vector<UnitPtr> units;
  absl::flat_hash_set<std::string> aliases;
  size_t events = 0, bytes = 0;
  while (!queue_.empty() && units.size() < options_.max_batch_units) {
    const WriteUnit& next = *queue_.front();
    events += next.events.size();
    bytes += next.bytes();
    if (!units.empty() && (events > options_.max_batch_events || bytes > options_.max_batch_bytes)) break;
    if (next.new_alias && !aliases.insert(next.new_alias->alias).second) break;
    if (!next.removed_alias.empty() && !aliases.insert(next.removed_alias).second) break;
    units.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  running_ = !units.empty();
  return units;
}

// Stores what can be stored of `units`, in as many attempts as it takes, and gives all of them back.
Task<void> Committer::Store(std::vector<UnitPtr> units) {
  std::deque<std::vector<UnitPtr>> work;
  work.push_back(std::move(units));
  absl::Duration backoff = options_.min_backoff;
  while (!work.empty()) {
    std::shared_ptr<Attempt> attempt = Prepare(std::move(work.front()));
    work.pop_front();
    if (attempt->units.empty()) continue;
    Outcome outcome = co_await Write(attempt);
    if (outcome.ok()) {
      Finish(*attempt, *outcome);
    } else if (IsAboutTheData(outcome.status())) {
      std::deque<std::vector<UnitPtr>> parts = co_await Sift(attempt, outcome.status());
      work.insert(work.begin(), parts.begin(), parts.end());
    } else {
      platform::LogWarn("commit not possible, trying again", {{"error", outcome.status().ToString()}});
      work.push_front(attempt->units);
      co_await Pause(backoff);
      backoff = std::min(backoff * 2, options_.max_backoff);
    }
  }
}

Committer::ShardPtr Committer::FindShard(int shard) const {
  absl::MutexLock lock(&mutex_);
  auto it = shards_.find(shard);
  return it == shards_.end() ? nullptr : it->second;
}

// Gives back what cannot be stored, and deals out positions to the rest.
std::shared_ptr<Committer::Attempt> Committer::Prepare(std::vector<UnitPtr> units) {
  auto attempt = std::make_shared<Attempt>();
  std::map<int, std::pair<ShardPtr, int64_t>> heads;  // by shard, in the order of the fence
  std::map<int, int64_t> next_nids;
  std::vector<UnitPtr> returned;
  for (UnitPtr& unit : units) {
    ShardPtr shard = FindShard(unit->shard);
    if (shard == nullptr || shard->lease.lease_id != unit->lease_id || !shard->lease.Valid()) {
      unit->fate = Fate::kLost;
      MarkFailed(*unit);
      returned.push_back(std::move(unit));
    } else if (BuiltOnSand(shard->failed_generation, *unit)) {
      unit->fate = Fate::kRebuild;
      returned.push_back(std::move(unit));
    } else {
      if (!unit->events.empty()) shard->failed_generation.erase(unit->room_nid);
      auto& head = heads.try_emplace(unit->shard, shard, shard->head).first->second.second;
      int64_t& next_nid = next_nids.try_emplace(unit->shard, shard->next_nid).first->second;
      next_nid = std::max(next_nid, unit->next_nid);
      SetPositions(*unit, head);
      attempt->units.push_back(std::move(unit));
    }
  }
  for (const auto& [id, place] : heads) {
    const auto& [shard, head] = place;
    attempt->shards.push_back(shard);
    attempt->advances.push_back({shard->lease.shard, shard->lease.lease_id, shard->head, head, next_nids[id]});
  }
  GiveBack(std::move(returned));
  return attempt;
}

void Committer::SetPositions(WriteUnit& unit, int64_t& position) {
  const int64_t last = position + unit.positions();
  for (EventRow& event : unit.events) event.position = ++position;
  if (unit.receipt) unit.receipt->position = ++position;
  if (unit.forget) unit.forget->position = ++position;
  position = last;
}

Task<Committer::Outcome> Committer::Write(std::shared_ptr<Attempt> attempt) {
  auto work = [attempt](storage::Session& session) -> Outcome {
    if (absl::Status fault = Fault("event_persister.before_commit"); !fault.ok()) return fault;
    BatchStatement statement = MakeBatchStatement(attempt->units);
    absl::StatusOr<storage::FencedBatchResult> result =
        storage::FencedBatch(session, statement.sql, attempt->advances, std::move(statement.parameters));
    if (absl::Status fault = Fault("event_persister.after_commit"); !fault.ok()) {
      return storage::UnknownOutcome(fault.message());
    }
    if (!result.ok()) return result.status();
    return std::move(result->outcomes);
  };
  batches_ += 1;
  units_ += static_cast<int64_t>(attempt->units.size());
  const int64_t began = clock_.BootNanos();
  busy_since_ = began;
  Outcome outcome = co_await database_.Run(schema_, std::move(work));
  if (!outcome.ok() && storage::CommitOutcomeOf(outcome.status()) == storage::CommitOutcome::kUnknown) {
    outcome = co_await Resolve(attempt);
  }
  busy_since_ = 0;
  if (options_.on_batch) options_.on_batch(attempt->units.size(), absl::Nanoseconds(clock_.BootNanos() - began));
  co_return outcome;
}

// Asks until Postgres can tell, or every lease of the attempt has ended.
Task<Committer::Outcome> Committer::Resolve(std::shared_ptr<Attempt> attempt) {
  auto ask = [attempt](storage::Session& session) { return storage::ResolveOutcomes(session, attempt->advances); };
  for (absl::Duration backoff = options_.min_backoff;; backoff = std::min(backoff * 2, options_.max_backoff)) {
    absl::StatusOr<std::vector<storage::Resolution>> resolutions = co_await database_.Run(schema_, ask);
    std::vector<FenceOutcome> outcomes;
    bool retry = false;
    if (resolutions.ok()) {
      for (storage::Resolution resolution : *resolutions) {
        retry |= resolution == storage::Resolution::kRetry;
        outcomes.push_back(resolution == storage::Resolution::kCommitted ? FenceOutcome::kCommittedUnseen
                                                                         : FenceOutcome::kUnknown);
      }
      // One transaction: if one head has stayed, nothing was stored.
      if (retry) co_return absl::UnavailableError("the batch was not committed");
      co_return outcomes;
    }
    const bool any_lease = std::any_of(attempt->shards.begin(), attempt->shards.end(),
                                       [](const ShardPtr& shard) { return shard->lease.Valid(); });
    if (!any_lease) co_return std::vector<FenceOutcome>(attempt->advances.size(), FenceOutcome::kUnknown);
    co_await Pause(backoff);
  }
}

void Committer::Finish(const Attempt& attempt, const std::vector<FenceOutcome>& outcomes) {
  std::vector<CommittedRange> ranges(attempt.advances.size());
  for (size_t i = 0; i < ranges.size(); ++i) {
    const storage::ShardAdvance& advance = attempt.advances[i];
    ranges[i] = {advance.shard.id, advance.old_head + 1, advance.new_head, {}};
    const bool stored = outcomes[i] == FenceOutcome::kCommitted || outcomes[i] == FenceOutcome::kCommittedUnseen;
    if (!stored) {
      platform::LogWarn("a room shard is not ours any more", {{"shard", absl::AlphaNum(advance.shard.id)}});
      CloseShard(advance.shard.id);
      continue;
    }
    attempt.shards[i]->head = advance.new_head;
    attempt.shards[i]->next_nid = advance.next_nid;
  }
  std::vector<std::vector<UnitPtr>> by_shard(ranges.size());
  for (const UnitPtr& unit : attempt.units) {
    const size_t place = attempt.PlaceOf(*unit);
    const bool stored =
        outcomes[place] == FenceOutcome::kCommitted || outcomes[place] == FenceOutcome::kCommittedUnseen;
    unit->fate = stored ? Fate::kCommitted : Fate::kFenced;
    if (stored) ranges[place].units.push_back(unit);
    by_shard[place].push_back(unit);
  }
  for (size_t i = 0; i < ranges.size(); ++i) {
    if (!ranges[i].units.empty()) on_committed_(ranges[i]);
    const ShardPtr& shard = attempt.shards[i];
    boost::asio::post(shard->executor, [shard, units = std::move(by_shard[i])]() { shard->on_done(units); });
  }
}

// Nothing of the attempt was stored, because of the data of some unit. Decides the fate of the culprits if they can be
// told, and returns the rest, to be tried in that order: as one, or in two halves if they cannot be told.
Task<std::deque<std::vector<UnitPtr>>> Committer::Sift(std::shared_ptr<Attempt> attempt, absl::Status status) {
  auto find = [attempt](storage::Session& session) { return FindConflicts(session, attempt->units); };
  absl::StatusOr<std::vector<Conflict>> conflicts = co_await database_.Run(schema_, std::move(find));
  std::deque<std::vector<UnitPtr>> parts;
  if (conflicts.ok() && !conflicts->empty()) {
    for (Conflict& conflict : *conflicts) {
      conflict.unit->fate = conflict.fate;
      conflict.unit->stored_event_id = std::move(conflict.stored_event_id);
      conflict.unit->status = std::move(conflict.status);
    }
  } else if (attempt->units.size() == 1) {
    platform::LogError("an entry of a room log cannot be stored", {{"error", status.ToString()}});
    attempt->units[0]->fate = Fate::kRejected;
    attempt->units[0]->status = absl::InternalError("the event cannot be stored");
  }
  std::vector<UnitPtr> rest, done;
  for (const UnitPtr& unit : attempt->units) (unit->fate == Fate::kPending ? rest : done).push_back(unit);
  for (const UnitPtr& unit : done) MarkFailed(*unit);
  GiveBack(done);
  if (!done.empty() || rest.size() < 2) {
    if (!rest.empty()) parts.push_back(std::move(rest));
    co_return parts;
  }
  const auto middle = rest.begin() + static_cast<std::ptrdiff_t>(rest.size() / 2);
  parts.emplace_back(rest.begin(), middle);
  parts.emplace_back(middle, rest.end());
  co_return parts;
}

void Committer::MarkFailed(const WriteUnit& unit) {
  if (unit.events.empty()) return;
  ShardPtr shard = FindShard(unit.shard);
  if (shard != nullptr) shard->failed_generation[unit.room_nid] = unit.generation;
}

void Committer::GiveBack(std::vector<UnitPtr> units) {
  // A closed shard has forgotten them: it fails everything that it had accepted when it is lost.
  std::map<int, std::vector<UnitPtr>> by_shard;
  for (UnitPtr& unit : units) by_shard[unit->shard].push_back(std::move(unit));
  for (auto& [id, mine] : by_shard) {
    ShardPtr shard = FindShard(id);
    if (shard == nullptr) continue;
    boost::asio::post(shard->executor, [shard, mine = std::move(mine)]() { shard->on_done(mine); });
  }
}

// Closed before anything else is cut: what would be stored next stands on what may not have been.
void Committer::Break(const std::vector<UnitPtr>& units) {
  busy_since_ = 0;
  for (const UnitPtr& unit : units) {
    ShardPtr shard = FindShard(unit->shard);
    if (shard == nullptr || shard->lease.lease_id != unit->lease_id) continue;
    CloseShard(unit->shard);
    boost::asio::post(shard->executor, [shard]() { shard->on_broken(); });
  }
}

Task<void> Committer::Pause(absl::Duration pause) {
  const Executor executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor, absl::ToChronoMilliseconds(pause));
  co_await timer.async_wait(boost::asio::use_awaitable);
}

Task<void> Committer::Settle() {
  const std::shared_ptr<Committer> keep = shared_from_this();
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (!running_) co_return;
    }
    co_await Pause(absl::Milliseconds(1));
  }
}

absl::Duration Committer::BusyFor() const {
  const int64_t since = busy_since_.load();
  return since == 0 ? absl::ZeroDuration() : absl::Nanoseconds(clock_.BootNanos() - since);
}

}  // namespace plexus::event_persister
