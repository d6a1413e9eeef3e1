#include "services/event_persister/domain/room_shard.h"

#include <algorithm>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/rpc/status.h"
#include "services/event_persister/storage/room_loader.h"

namespace plexus::event_persister {
namespace {

// Nothing was done: another copy of the role, or this one in a moment, will do it.
absl::Status NotNow(std::string_view why) { return rpc::NotExecuted(errors::TryAgain(why)); }

absl::Status Lost() { return errors::TryAgain("The room is moving to another server process."); }

}  // namespace

RoomShard::RoomShard(ShardEnvironment environment, platform::ShardLease lease, Executor executor)
    : environment_(std::move(environment)),
      lease_(std::move(lease)),
      executor_(std::move(executor)),
      next_number_(lease_.next_nid),
      rooms_(environment_.budget) {}

void RoomShard::Open() {
  std::weak_ptr<RoomShard> weak = weak_from_this();
  auto on_done = [weak](std::vector<UnitPtr> units) {
    if (std::shared_ptr<RoomShard> self = weak.lock()) self->OnDone(std::move(units));
  };
  auto on_broken = [weak] {
    if (std::shared_ptr<RoomShard> self = weak.lock()) self->LoseAndGiveUp();
  };
  environment_.committer->OpenShard(lease_, executor_, std::move(on_done), std::move(on_broken));
}

Task<absl::StatusOr<std::shared_ptr<HotRoom>>> RoomShard::Room(std::string room_id) {
  const std::shared_ptr<RoomShard> keep = shared_from_this();
  while (!lost_) {
    if (std::shared_ptr<HotRoom> room = rooms_.Find(room_id)) co_return room;
    auto loading = loading_.find(room_id);
    if (loading == loading_.end()) break;
    const std::shared_ptr<Signal> signal = loading->second;
    co_await signal->Wait();
  }
  if (lost_) co_return Lost();
  auto signal = std::make_shared<Signal>(executor_);
  loading_[room_id] = signal;
  auto load = [room_id](storage::Session& session) { return LoadRoom(session, room_id); };
  absl::StatusOr<std::optional<LoadedRoom>> loaded =
      co_await environment_.database->Run(*environment_.schema, std::move(load));
  loading_.erase(room_id);
  signal->Set();
  if (lost_) co_return Lost();
  if (!loaded.ok()) co_return loaded.status();
  // Somebody may have created it meanwhile.
  if (std::shared_ptr<HotRoom> room = rooms_.Find(room_id)) co_return room;
  if (!loaded->has_value()) co_return errors::NotFound("No such room.");
  auto room = std::make_shared<HotRoom>(**std::move(loaded));
  rooms_.Put(room);
  co_return room;
}

absl::Status RoomShard::Admit() const {
  if (!accepting() || !lease_.Valid()) return NotNow("The room is moving to another server process.");
  if (outstanding_.size() >= environment_.max_queued_units || queued_bytes_ >= environment_.max_queued_bytes) {
    return NotNow("The server is busy.");
  }
  return absl::OkStatus();
}

// Numbers end with the shard: unique in the tenant, growing in the shard.
int64_t RoomShard::DealNid() { return next_number_++ * 256 + lease_.shard.id; }

UnitPtr RoomShard::NewUnit(const HotRoom& room) const {
  auto unit = std::make_shared<WriteUnit>();
  unit->shard = lease_.shard.id;
  unit->lease_id = lease_.lease_id;
  unit->room_id = room.room_id();
  unit->room_version = room.version().id;
  unit->room_nid = room.nid();
  unit->generation = room.generation;
  return unit;
}

absl::StatusOr<SubmissionPtr> RoomShard::Send(const std::shared_ptr<HotRoom>& room, EventDraft draft) {
  PLEXUS_RETURN_IF_ERROR(Admit());
  if (room->gone) return errors::NotFound("No such room.");
  Undo undo = room->BeginUndo();
  auto deal = [this]() { return DealNid(); };
  PLEXUS_ASSIGN_OR_RETURN(EventRow row, room->Append(draft, environment_.author, deal, undo));
  UnitPtr unit = NewUnit(*room);
  unit->events.push_back(std::move(row));
  SubmissionPtr submission = Enqueue(room, std::move(unit));
  submission->undo = std::move(undo);
  submission->draft = std::move(draft);
  const Transaction& transaction = submission->draft.transaction;
  if (!transaction.empty()) {
    room->transactions.Put(TransactionKey(transaction, submission->draft.type), {"", submission});
  }
  room->pending.push_back(submission);
  Dispatch(submission);
  return submission;
}

absl::StatusOr<SubmissionPtr> RoomShard::Create(RoomToCreate wanted) {
  PLEXUS_RETURN_IF_ERROR(Admit());
  auto deal = [this]() { return DealNid(); };
  LoadedRoom blank;
  blank.nid = DealNid();
  blank.room_id = wanted.room_id;
  blank.version = wanted.version;
  blank.state_chain = DealNid();
  auto room = std::make_shared<HotRoom>(std::move(blank));
  UnitPtr unit = NewUnit(*room);
  Undo undo = room->BeginUndo();
  PLEXUS_ASSIGN_OR_RETURN(EventRow create, room->AppendCreate(*wanted.create, deal, undo));
  const std::string creator = create.sender;
  const int64_t created_ts = create.origin_server_ts;
  unit->events.push_back(std::move(create));
  for (const EventDraft& draft : wanted.events) {
    PLEXUS_ASSIGN_OR_RETURN(EventRow row, room->Append(draft, environment_.author, deal, undo));
    unit->events.push_back(std::move(row));
  }
  const int64_t chain = room->state_chain();
  unit->new_room = RoomRow{std::string(wanted.version->id), creator, wanted.published, created_ts, chain,
                           std::move(wanted.creation_id)};
  if (!wanted.alias.empty()) unit->new_alias = AliasRow{wanted.alias, creator};
  SubmissionPtr submission = Enqueue(room, std::move(unit));
  submission->undo = std::move(undo);
  room->pending.push_back(submission);
  rooms_.Put(room);
  Dispatch(submission);
  return submission;
}

absl::StatusOr<SubmissionPtr> RoomShard::Submit(const std::shared_ptr<HotRoom>& room, UnitPtr unit) {
  PLEXUS_RETURN_IF_ERROR(Admit());
  if (room->gone) return errors::NotFound("No such room.");
  UnitPtr named = NewUnit(*room);
  named->receipt = std::move(unit->receipt);
  named->forget = std::move(unit->forget);
  named->new_alias = std::move(unit->new_alias);
  named->removed_alias = std::move(unit->removed_alias);
  named->published = unit->published;
  SubmissionPtr submission = Enqueue(room, std::move(named));
  Dispatch(submission);
  return submission;
}

SubmissionPtr RoomShard::Enqueue(std::shared_ptr<HotRoom> room, UnitPtr unit) {
  auto submission = std::make_shared<Submission>(executor_);
  submission->room = std::move(room);
  submission->unit = std::move(unit);
  return submission;
}

void RoomShard::Dispatch(const SubmissionPtr& submission) {
  submission->unit->next_nid = next_number_;
  queued_bytes_ += submission->unit->bytes();
  outstanding_[submission->unit.get()] = submission;
  environment_.committer->Submit(submission->unit);
}

Task<absl::Status> RoomShard::Await(SubmissionPtr submission) {
  co_await submission->done.Wait();
  co_return submission->status;
}

void RoomShard::OnDone(std::vector<UnitPtr> units) {
  const std::shared_ptr<RoomShard> keep = shared_from_this();
  for (const UnitPtr& unit : units) Settle(unit);
  if (idle_ != nullptr && outstanding_.empty()) idle_->Set();
}

void RoomShard::Settle(const UnitPtr& unit) {
  auto found = outstanding_.find(unit.get());
  if (found == outstanding_.end()) return;  // rebuilt meanwhile, or the shard is lost
  const SubmissionPtr submission = std::move(found->second);
  outstanding_.erase(found);
  queued_bytes_ -= unit->bytes();
  if (unit->fate == Fate::kCommitted) {
    Committed(submission);
  } else {
    NotStored(submission, unit);
  }
  rooms_.Settle(unit->room_id);
}

void RoomShard::Committed(const SubmissionPtr& submission) {
  HotRoom& room = *submission->room;
  const WriteUnit& unit = *submission->unit;
  if (!unit.events.empty()) room.pending.pop_front();
  for (const EventRow& event : unit.events) {
    submission->event_ids.push_back(event.event_id);
    room.recent_events.Put(event.event_id, event.nid);
    if (event.transaction.empty()) continue;
    room.transactions.Put(TransactionKey(event.transaction, event.type), {event.event_id, {}});
  }
  submission->position = unit.events.empty() ? 0 : unit.events.front().position;
  Finish(submission, absl::OkStatus());
}

void RoomShard::NotStored(const SubmissionPtr& submission, const UnitPtr& unit) {
  if (unit->fate == Fate::kFenced) {
    submission->room->pending.clear();
    Finish(submission, Lost());
    LoseAndGiveUp();  // what is still queued will not be stored either
    return;
  }
  if (unit->fate == Fate::kLost) unit->status = Lost();
  if (unit->events.empty()) {
    Finish(submission, unit->status);
    return;
  }
  // Everything that was appended after it stands on sand: back to what is committed, and once more from there.
  HotRoom& room = *submission->room;
  const auto place = std::find(room.pending.begin(), room.pending.end(), submission);
  std::vector<SubmissionPtr> followers(place + 1, room.pending.end());
  for (auto it = room.pending.end(); it != place;) room.TakeBack((*--it)->undo);
  room.pending.erase(place, room.pending.end());
  if (unit->fate == Fate::kRebuild) {
    followers.insert(followers.begin(), submission);
  } else {
    const Transaction& transaction = submission->draft.transaction;
    const bool duplicate = unit->fate == Fate::kDuplicate;
    if (duplicate) submission->event_ids = {unit->stored_event_id};
    if (!transaction.empty()) {
      const std::string key = TransactionKey(transaction, submission->draft.type);
      if (duplicate) room.transactions.Put(key, {unit->stored_event_id, {}});
      if (!duplicate) room.transactions.Erase(key);
    }
    Finish(submission, unit->status);
  }
  if (unit->new_room) {
    room.gone = true;
    rooms_.Erase(room.room_id());
    GiveUp(room, followers, errors::NotFound("No such room."));
  } else if (unit->fate == Fate::kLost) {
    GiveUp(room, followers, Lost());
  } else {
    Rebuild(room, std::move(followers));
  }
}

void RoomShard::GiveUp(HotRoom& room, const std::vector<SubmissionPtr>& followers, const absl::Status& status) {
  ++room.generation;
  for (const SubmissionPtr& follower : followers) {
    if (outstanding_.erase(follower->unit.get()) > 0) queued_bytes_ -= follower->unit->bytes();
    const Transaction& transaction = follower->draft.transaction;
    if (!transaction.empty()) room.transactions.Erase(TransactionKey(transaction, follower->draft.type));
    Finish(follower, status);
  }
}

void RoomShard::Rebuild(HotRoom& room, std::vector<SubmissionPtr> followers) {
  ++room.generation;
  auto deal = [this]() { return DealNid(); };
  for (const SubmissionPtr& follower : followers) {
    if (outstanding_.erase(follower->unit.get()) > 0) queued_bytes_ -= follower->unit->bytes();
    follower->undo = room.BeginUndo();
    absl::StatusOr<EventRow> row = room.Append(follower->draft, environment_.author, deal, follower->undo);
    if (!row.ok()) {
      if (!follower->draft.transaction.empty()) {
        room.transactions.Erase(TransactionKey(follower->draft.transaction, follower->draft.type));
      }
      Finish(follower, row.status());
      continue;
    }
    follower->unit = NewUnit(room);
    follower->unit->events.push_back(*std::move(row));
    room.pending.push_back(follower);
    Dispatch(follower);
  }
}

void RoomShard::Finish(const SubmissionPtr& submission, absl::Status status) {
  submission->status = std::move(status);
  submission->done.Set();
}

Task<void> RoomShard::Drain() {
  const std::shared_ptr<RoomShard> keep = shared_from_this();
  draining_ = true;
  while (!outstanding_.empty() && !lost_) {
    idle_ = std::make_shared<Signal>(executor_);
    const std::shared_ptr<Signal> signal = idle_;
    co_await signal->Wait();
  }
}

void RoomShard::LoseAndGiveUp() {
  Lose();
  environment_.give_up(lease_);
}

void RoomShard::Lose() {
  if (std::exchange(lost_, true)) return;
  const std::shared_ptr<RoomShard> keep = shared_from_this();
  environment_.committer->CloseShard(lease_.shard.id);
  for (auto& [unit, submission] : std::exchange(outstanding_, {})) {
    submission->room->pending.clear();
    Finish(submission, Lost());
  }
  for (auto& [room_id, signal] : loading_) signal->Set();
  if (idle_ != nullptr) idle_->Set();
}

}  // namespace plexus::event_persister
