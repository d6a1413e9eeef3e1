#include "common/platform/leases/testing/test_process.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include "absl/time/clock.h"

namespace plexus::platform::testing {

namespace asio = boost::asio;

Task<void> RecordingOwner::OnAcquired(ShardLease lease) {
  std::lock_guard lock(mutex_);
  owned_.emplace(lease.shard.id, lease);
  co_return;
}

Task<void> RecordingOwner::OnReleasing(ShardLease lease) {
  std::lock_guard lock(mutex_);
  ++releases_;
  co_return;
}

void RecordingOwner::OnLost(ShardLease lease) {
  std::lock_guard lock(mutex_);
  ++losses_;
  owned_.erase(lease.shard.id);
}

std::set<int> RecordingOwner::shards() const {
  std::lock_guard lock(mutex_);
  std::set<int> shards;
  for (const auto& [id, lease] : owned_) shards.insert(id);
  return shards;
}

std::map<int, ShardLease> RecordingOwner::leases() const {
  std::lock_guard lock(mutex_);
  return owned_;
}

int RecordingOwner::releases() const {
  std::lock_guard lock(mutex_);
  return releases_;
}

int RecordingOwner::losses() const {
  std::lock_guard lock(mutex_);
  return losses_;
}

TestProcess::TestProcess(storage::testing::TestDatabase& test, ProcessOptions options)
    : schema_(test.schema()), guard_(io_.get_executor()), thread_([this] { io_.run(); }) {
  storage::DatabaseOptions pool{.connection_string = options.connection_string, .max_connections = 2};
  if (pool.connection_string.empty()) pool.connection_string = test.connection_string();
  pool.max_backoff = absl::Milliseconds(100);
  database_ = *storage::Database::Create(pool);
  LeaseOptions leases{.roles = {"event_persister"}, .ttl = options.ttl, .healthy = std::move(options.healthy)};
  keeper_ = std::make_unique<LeaseKeeper>(*database_, io_.get_executor(), clock_, std::move(leases));
}

TestProcess::~TestProcess() { Kill(); }

absl::Status TestProcess::Await(Task<absl::Status> task) {
  return asio::co_spawn(io_, std::move(task), asio::use_future).get();
}

absl::Status TestProcess::Start() { return Await(keeper_->Start()); }

absl::Status TestProcess::Activate() { return Await(keeper_->Activate(schema_, storage::ShardKind::kRoom, owner_)); }

absl::Status TestProcess::Deactivate() { return Await(keeper_->Deactivate(schema_, storage::ShardKind::kRoom)); }

absl::Status TestProcess::Refresh() { return Await(keeper_->Refresh()); }

absl::Status TestProcess::Stop(absl::Duration deadline) { return Await(keeper_->Stop(deadline)); }

// Its one thread waits for the lock in the middle of a handler.
void TestProcess::Freeze() {
  frozen_.lock();
  asio::post(io_, [this] { std::lock_guard wait(frozen_); });
}

void TestProcess::Continue() { frozen_.unlock(); }

void TestProcess::Kill() {
  if (!thread_.joinable()) return;
  io_.stop();
  thread_.join();
  database_->Stop();
}

bool Eventually(std::function<bool()> condition, absl::Duration limit) {
  for (absl::Time end = absl::Now() + limit; absl::Now() < end; absl::SleepFor(absl::Milliseconds(5))) {
    if (condition()) return true;
  }
  return condition();
}

}  // namespace plexus::platform::testing
