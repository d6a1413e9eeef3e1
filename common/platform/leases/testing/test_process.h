// Processes with lease keepers, on one tenant in a real Postgres.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "common/platform/leases/lease_keeper.h"
#include "common/storage/testing/test_database.h"

namespace plexus::platform::testing {

// The machine's clock, which can be made to run ahead: for the process whose clock it is, time has passed unnoticed.
class SkippingClock final : public Clock {
 public:
  absl::Time Now() const override { return RealClock().Now(); }
  int64_t BootNanos() const override { return RealClock().BootNanos() + skipped_; }
  void Skip(absl::Duration by) { skipped_ += absl::ToInt64Nanoseconds(by); }

 private:
  std::atomic<int64_t> skipped_{0};
};

// Records what it owns. Thread-safe.
class RecordingOwner final : public ShardOwner {
 public:
  Task<void> OnAcquired(ShardLease lease) override;
  Task<void> OnReleasing(ShardLease lease) override;
  void OnLost(ShardLease lease) override;

  std::set<int> shards() const;
  std::map<int, ShardLease> leases() const;
  int releases() const;
  int losses() const;

 private:
  mutable std::mutex mutex_;
  std::map<int, ShardLease> owned_;
  int releases_ = 0;
  int losses_ = 0;
};

struct ProcessOptions {
  absl::Duration ttl = absl::Seconds(1);
  std::string connection_string;  // of the test's database if empty
  std::function<bool()> healthy;
};

// One process: threads, a pool and a keeper with the role event_persister.
class TestProcess {
 public:
  explicit TestProcess(storage::testing::TestDatabase& test, ProcessOptions options = {});
  ~TestProcess();

  absl::Status Start();
  absl::Status Activate();
  absl::Status Deactivate();
  absl::Status Refresh();
  absl::Status Stop(absl::Duration deadline = absl::Seconds(5));
  // SIGSTOP: nothing of it runs until Continue. Its connections stay open.
  void Freeze();
  void Continue();
  // SIGKILL: it is gone without a word.
  void Kill();

  storage::Database& database() { return *database_; }
  LeaseKeeper& keeper() { return *keeper_; }
  RecordingOwner& owner() { return *owner_; }
  SkippingClock& clock() { return clock_; }
  std::set<int> shards() const { return owner_->shards(); }

 private:
  absl::Status Await(Task<absl::Status> task);

  const storage::SchemaName schema_;
  SkippingClock clock_;
  std::unique_ptr<storage::Database> database_;
  std::mutex frozen_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
  std::shared_ptr<RecordingOwner> owner_ = std::make_shared<RecordingOwner>();
  std::unique_ptr<LeaseKeeper> keeper_;
};

// Waits until `condition` holds, for at most `limit`; false if it never did.
bool Eventually(std::function<bool()> condition, absl::Duration limit = absl::Seconds(20));

}  // namespace plexus::platform::testing
