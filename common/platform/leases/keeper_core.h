// What a LeaseKeeper does, on its strand. Inside this library only.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/platform/leases/lease_keeper.h"
#include "common/platform/leases/lease_store.h"
#include "common/platform/leases/liveness.h"

namespace plexus::platform {

// Members are used on the strand, except those under mutex_. Coroutines hold a shared_ptr to it.
class LeaseKeeper::Core : public std::enable_shared_from_this<LeaseKeeper::Core> {
 public:
  using Self = std::shared_ptr<Core>;
  using GroupKey = std::pair<storage::SchemaName, storage::ShardKind>;

  Core(storage::Database& database, Executor executor, const Clock& clock, LeaseOptions options);

  static Task<absl::Status> Start(Self self);
  static Task<absl::Status> Stop(Self self, absl::Duration deadline);
  static Task<absl::Status> Activate(Self self, GroupKey key, std::shared_ptr<ShardOwner> owner);
  static Task<absl::Status> Deactivate(Self self, GroupKey key);
  static Task<absl::Status> Refresh(Self self);
  void GiveUp(GroupKey key, ShardLease lease);
  void Watch(const storage::SchemaName& schema, int by);
  void Nudge();
  // The keeper is gone: nothing of what it was given is touched any more.
  void Abandon();

  bool LeaseValid() const;
  bool Leaving() const { return stopping_; }
  std::string process_id() const;
  DirectoryPtr Snapshot() const;
  std::shared_ptr<void> OnDirectoryChange(std::function<void(DirectoryPtr)> callback);

  Executor executor() const { return strand_; }

 private:
  enum class Phase { kAcquiring, kOwned, kReleasing };
  struct Held {
    ShardLease lease;
    Phase phase = Phase::kAcquiring;
    bool release_wanted = false;  // as soon as it is acquired
    bool told = false;            // its owner knows that it is lost
  };
  struct Group {
    std::shared_ptr<ShardOwner> owner;
    std::map<int, Held> held;
    bool leaving = false;
  };

  // keeper_heartbeat.cc
  static Task<void> HeartbeatLoop(Self self);
  static Task<void> Beat(Self self);
  static Task<absl::Status> Register(Self self);
  void LoseAll();

  // keeper_poll.cc
  static Task<void> PollLoop(Self self);
  static Task<absl::Status> PollOnce(Self self);
  static Task<void> Bury(Self self, std::vector<platform::Beat> dead, std::shared_ptr<ClusterState> state);
  static Task<void> TakeVacant(Self self, GroupKey key, std::shared_ptr<ClusterState> state);
  std::vector<Vacancy> Vacancies(const GroupKey& key, const ClusterState& state);
  void DropTaken(const GroupKey& key, const ClusterState& state);
  void HandOver(const GroupKey& key, const ClusterState& state);
  void Publish(const ClusterState& state);
  std::set<storage::SchemaName> SchemasOfInterest() const;
  absl::Duration NextPoll() const;

  // keeper_handover.cc
  void Acquired(const GroupKey& key, const TakenShard& taken, std::shared_ptr<LeaseTerm> term);
  static Task<void> RunAcquired(Self self, GroupKey key, ShardLease lease, std::shared_ptr<ShardOwner> owner);
  void BeginRelease(const GroupKey& key, Held& held);
  void BeginReleaseOfAll(const GroupKey& key);
  static void TellLost(ShardOwner& owner, Held& held);
  static Task<void> RunRelease(Self self, GroupKey key, ShardLease lease, std::shared_ptr<ShardOwner> owner);
  static Task<void> Drain(std::shared_ptr<ShardOwner> owner, ShardLease lease);
  Held* Find(const GroupKey& key, const ShardLease& lease);
  static Task<bool> AwaitEmpty(Self self, GroupKey key, absl::Time deadline);

  // keeper_core.cc
  void Spawn(Task<void> task);
  // Waits for Changed() or the time; spurious wake-ups happen.
  static Task<void> AwaitChange(Self self, absl::Duration at_most);
  void Changed();
  void Announce();
  bool ended() const { return abandoned_ || stopped_; }

  storage::Database& database_;
  const boost::asio::strand<Executor> strand_;
  const Clock& clock_;
  const LeaseOptions options_;

  std::map<GroupKey, Group> groups_;
  std::map<storage::SchemaName, int> watched_;
  LivenessObserver observer_;
  boost::asio::steady_timer heartbeat_timer_;
  boost::asio::steady_timer poll_timer_;
  std::set<boost::asio::steady_timer*> waiters_;  // of AwaitChange
  bool registered_ = false;
  std::atomic<bool> stopping_{false};  // takes nothing any more
  bool stopped_ = false;               // loops end
  bool abandoned_ = false;
  int running_ = 0;  // coroutines spawned and not ended
  int64_t polls_begun_ = 0;
  int64_t polls_done_ = 0;  // number of the newest poll that has ended
  absl::Status last_poll_;
  bool nudged_ = false;
  bool awaits_handover_ = false;  // a shard that should be ours has another live owner
  int64_t eager_until_ = 0;       // boot nanoseconds

  mutable absl::Mutex mutex_;
  std::string id_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<LeaseTerm> term_ ABSL_GUARDED_BY(mutex_);
  DirectoryPtr directory_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::weak_ptr<std::function<void(DirectoryPtr)>>> listeners_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::platform
