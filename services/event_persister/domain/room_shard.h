// The rooms of one shard that this process owns.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/platform/leases/shard_lease.h"
#include "common/storage/database.h"
#include "services/event_persister/domain/hot_room.h"
#include "services/event_persister/domain/room_cache.h"
#include "services/event_persister/domain/submission.h"
#include "services/event_persister/storage/committer.h"

namespace plexus::event_persister {

// What the shards of a tenant have in common. The pointers outlive them.
struct ShardEnvironment {
  Author author;
  storage::Database* database = nullptr;
  std::optional<storage::SchemaName> schema;
  const Clock* clock = nullptr;
  std::shared_ptr<Committer> committer;
  std::shared_ptr<RoomBudget> budget;
  std::function<void(const platform::ShardLease&)> give_up;  // see platform::TenantData::GiveUp
  size_t max_queued_units = 4096;                            // of one shard; beyond it callers are told to try again
  size_t max_queued_bytes = 64 << 20;
};

struct RoomToCreate {
  std::string room_id;
  const matrix::RoomVersion* version = nullptr;
  std::optional<matrix::Event> create;
  std::vector<EventDraft> events;
  std::string alias;
  bool published = false;
  std::string creation_id;
};

// One for each taking of the shard. All of it runs on the shard's executor, so there are no locks.
class RoomShard : public std::enable_shared_from_this<RoomShard> {
 public:
  RoomShard(ShardEnvironment environment, platform::ShardLease lease, Executor executor);
  // Begins to take part in the tenant's commits.
  void Open();

  // The room, loaded if need be, once for all who ask at the same time. 404 M_NOT_FOUND if there is none; Unavailable
  // if the shard was lost meanwhile or Postgres does not answer.
  Task<absl::StatusOr<std::shared_ptr<HotRoom>>> Room(std::string room_id);

  // Builds, authorises and queues an event; its answer comes with Await. A repeated transaction joins the first.
  // Unavailable when the queue is full, the shard draining or lost: nothing was done.
  absl::StatusOr<SubmissionPtr> Send(const std::shared_ptr<HotRoom>& room, EventDraft draft);
  // Queues a whole room.
  absl::StatusOr<SubmissionPtr> Create(RoomToCreate room);
  // Queues a unit without events for the room.
  absl::StatusOr<SubmissionPtr> Submit(const std::shared_ptr<HotRoom>& room, UnitPtr unit);
  // Waits until the submission is committed, and answers its status.
  static Task<absl::Status> Await(SubmissionPtr submission);

  // Accepts nothing more; completes when everything accepted has been answered.
  Task<void> Drain();
  // The lease is gone: everything that waits is answered with Unavailable.
  void Lose();

  bool accepting() const { return !draining_ && !lost_; }
  const platform::ShardLease& lease() const { return lease_; }
  const ShardEnvironment& environment() const { return environment_; }
  const Executor& executor() const { return executor_; }

 private:
  absl::Status Admit() const;
  int64_t DealNid();
  UnitPtr NewUnit(const HotRoom& room) const;
  SubmissionPtr Enqueue(std::shared_ptr<HotRoom> room, UnitPtr unit);
  void Dispatch(const SubmissionPtr& submission);
  void OnDone(std::vector<UnitPtr> units);
  // Nothing can be stored under this lease any more, whether or not another process has taken the shard.
  void LoseAndGiveUp();
  void Settle(const UnitPtr& unit);
  void Committed(const SubmissionPtr& submission);
  void NotStored(const SubmissionPtr& submission, const UnitPtr& unit);
  void GiveUp(HotRoom& room, const std::vector<SubmissionPtr>& followers, const absl::Status& status);
  void Rebuild(HotRoom& room, std::vector<SubmissionPtr> followers);
  void Finish(const SubmissionPtr& submission, absl::Status status);

  const ShardEnvironment environment_;
  const platform::ShardLease lease_;
  const Executor executor_;
  bool draining_ = false;
  bool lost_ = false;
  int64_t next_number_;
  RoomCache rooms_;
  absl::flat_hash_map<std::string, std::shared_ptr<Signal>> loading_;
  absl::flat_hash_map<const WriteUnit*, SubmissionPtr> outstanding_;
  size_t queued_bytes_ = 0;
  std::shared_ptr<Signal> idle_;  // while somebody waits for it
};

}  // namespace plexus::event_persister
