#include "common/platform/leases/lease_keeper.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/platform/leases/lease_store.h"
#include "common/platform/leases/testing/test_process.h"
#include "common/storage/array.h"
#include "common/storage/fenced_transaction.h"
#include "common/storage/testing/pg_proxy.h"

namespace plexus::platform {
namespace {

using storage::testing::PgProxy;
using storage::testing::TestDatabase;
using testing::Eventually;
using testing::ProcessOptions;
using testing::TestProcess;

constexpr int kShards = 16;

class LeaseKeeperTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("PLEXUS_TEST_PG") == nullptr) GTEST_SKIP() << "PLEXUS_TEST_PG is not set";
    test_ = *TestDatabase::Create({.room_shards = kShards});
  }

  std::unique_ptr<TestProcess> Join(ProcessOptions options = {}) {
    auto process = std::make_unique<TestProcess>(*test_, std::move(options));
    absl::Status started = process->Start();
    EXPECT_TRUE(started.ok()) << started;
    absl::Status active = process->Activate();
    EXPECT_TRUE(active.ok()) << active;
    return process;
  }

  // Every shard has exactly one of these processes, and each has some.
  static bool Share(const std::vector<TestProcess*>& processes) {
    std::set<int> all;
    size_t total = 0;
    for (TestProcess* process : processes) {
      std::set<int> shards = process->shards();
      if (shards.empty()) return false;
      total += shards.size();
      all.merge(shards);
    }
    return total == kShards && all.size() == kShards;
  }

  int64_t Count(std::string_view where) {
    return test_->Sql(absl::StrCat("SELECT count(*) FROM ", where))[0][0].as<int64_t>();
  }

  // An owner's attempt to write one log entry.
  absl::Status Write(TestProcess& process, const ShardLease& lease) {
    storage::ShardAdvance advance{.shard = lease.shard,
                                  .lease_id = lease.lease_id,
                                  .old_head = lease.head,
                                  .new_head = lease.head + 1,
                                  .next_nid = lease.next_nid};
    auto body = [](storage::Transaction&, const storage::FencedPositions&) { return absl::StatusOr<int>(0); };
    auto write = [&](storage::Session& session) { return storage::FencedTransaction(session, advance, body); };
    return process.database().RunBlocking(test_->schema(), write).status();
  }

  std::unique_ptr<TestDatabase> test_;
};

TEST_F(LeaseKeeperTest, OneProcessTakesEveryShardAtOnce) {
  auto a = Join();
  EXPECT_EQ(a->shards().size(), static_cast<size_t>(kShards));
  EXPECT_TRUE(a->keeper().LeaseValid());
  EXPECT_EQ(Count("shard WHERE kind = 1 AND epoch = 1 AND lease_id <> 0 AND owner IS NOT NULL"), kShards);
  DirectoryPtr directory = a->keeper().Snapshot();
  EXPECT_EQ(directory->OwnerOf({"tenant", 1, 0})->id, a->keeper().process_id());
  EXPECT_TRUE(Write(*a, a->owner().leases().at(0)).ok());
}

TEST_F(LeaseKeeperTest, StoppingReleasesEverything) {
  auto a = Join();
  EXPECT_TRUE(a->Stop().ok());
  EXPECT_TRUE(a->Stop().ok());
  EXPECT_TRUE(a->shards().empty());
  EXPECT_FALSE(a->keeper().LeaseValid());
  EXPECT_EQ(a->owner().releases(), kShards);
  EXPECT_EQ(a->owner().losses(), kShards);
  EXPECT_EQ(Count("shard WHERE owner IS NOT NULL"), 0);
  EXPECT_EQ(Count("plexus.process"), 0);
}

TEST_F(LeaseKeeperTest, AShardThatWasGivenUpIsTakenAnew) {
  auto a = Join();
  const ShardLease lease = a->owner().leases().at(3);
  a->keeper().GiveUp(test_->schema(), storage::ShardKind::kRoom, lease);
  EXPECT_TRUE(Eventually([&] {
    const auto leases = a->owner().leases();
    return leases.contains(3) && leases.at(3).epoch > lease.epoch;
  }));
  EXPECT_FALSE(Write(*a, lease).ok());
  EXPECT_TRUE(Write(*a, a->owner().leases().at(3)).ok());
  // The lease is not ours any more: nothing happens.
  a->keeper().GiveUp(test_->schema(), storage::ShardKind::kRoom, lease);
  EXPECT_TRUE(a->Refresh().ok());
  EXPECT_EQ(a->owner().releases(), 1);
}

TEST_F(LeaseKeeperTest, AJoiningProcessGetsItsShareAndALeavingOneGivesItBack) {
  auto a = Join();
  auto b = Join();
  EXPECT_TRUE(Eventually([&] { return Share({a.get(), b.get()}); }));
  auto c = Join();
  EXPECT_TRUE(Eventually([&] { return Share({a.get(), b.get(), c.get()}); }));
  EXPECT_TRUE(a->Stop().ok());
  EXPECT_TRUE(Eventually([&] { return Share({b.get(), c.get()}); }));
  EXPECT_EQ(b->owner().losses(), b->owner().releases()) << "nothing was lost without being drained";
}

// Without a bus: what a hint saves comes on top. The bound is loose because sanitizers and neighbours slow the test.
TEST_F(LeaseKeeperTest, APlannedHandoverPausesAShardBriefly) {
  auto a = Join();
  auto b = std::make_unique<TestProcess>(*test_);
  ASSERT_TRUE(b->Start().ok());
  ASSERT_TRUE(b->Activate().ok());
  std::map<int, absl::Time> free_since;
  absl::Duration longest;
  auto watch = [&] {
    std::set<int> owned = a->shards();
    owned.merge(b->shards());
    for (int shard = 0; shard < kShards; ++shard) {
      if (!owned.contains(shard)) free_since.try_emplace(shard, absl::Now());
      if (!owned.contains(shard) || !free_since.contains(shard)) continue;
      longest = std::max(longest, absl::Now() - free_since[shard]);
      free_since.erase(shard);
    }
    return Share({a.get(), b.get()});
  };
  EXPECT_TRUE(Eventually(watch));
  RecordProperty("longest_pause_ms", static_cast<int>(absl::ToInt64Milliseconds(longest)));
  EXPECT_LT(longest, absl::Milliseconds(500));
}

TEST_F(LeaseKeeperTest, TheShardsOfAKilledProcessAreTakenAfterATtl) {
  auto a = Join();
  auto b = Join();
  ASSERT_TRUE(Eventually([&] { return Share({a.get(), b.get()}); }));
  std::map<int, ShardLease> before = a->owner().leases();
  absl::Time killed = absl::Now();
  a->Kill();
  EXPECT_TRUE(Eventually([&] { return b->shards().size() == kShards; }));
  EXPECT_GT(absl::Now() - killed, absl::Milliseconds(600)) << "its last term was still running";
  for (const auto& [id, lease] : before) EXPECT_GT(b->owner().leases().at(id).epoch, lease.epoch);
}

TEST_F(LeaseKeeperTest, AFrozenProcessFindsItsLeasesGoneAndCannotWrite) {
  auto a = Join();
  auto b = Join();
  ASSERT_TRUE(Eventually([&] { return Share({a.get(), b.get()}); }));
  std::map<int, ShardLease> before = a->owner().leases();
  std::string incarnation = a->keeper().process_id();
  a->Freeze();
  ASSERT_TRUE(Eventually([&] { return b->shards().size() == kShards; }));
  for (const auto& [id, lease] : before) {
    EXPECT_FALSE(lease.Valid()) << "expired before another could take it";
    EXPECT_TRUE(absl::IsFailedPrecondition(Write(*a, lease)));
  }
  a->Continue();
  EXPECT_TRUE(Eventually([&] { return Share({a.get(), b.get()}); }));
  EXPECT_NE(a->keeper().process_id(), incarnation);
  for (const auto& [id, lease] : before) EXPECT_FALSE(lease.Valid()) << "the old term never comes back";
}

TEST_F(LeaseKeeperTest, TimeThatPassedUnnoticedEndsTheTerm) {
  auto a = Join({.ttl = absl::Seconds(30)});
  ShardLease lease = a->owner().leases().at(0);
  EXPECT_TRUE(lease.Valid());
  a->clock().Skip(absl::Seconds(31));
  EXPECT_FALSE(lease.Valid());
  EXPECT_FALSE(a->keeper().LeaseValid());
}

TEST_F(LeaseKeeperTest, AStallOfPostgresMovesNothing) {
  auto proxy = *PgProxy::Start(test_->connection_string());
  ProcessOptions options{.connection_string = proxy->connection_string()};
  auto a = Join(options);
  auto b = Join(options);
  ASSERT_TRUE(Eventually([&] { return Share({a.get(), b.get()}); }));
  std::string before = test_->Sql("SELECT string_agg(id || owner || epoch, ' ' ORDER BY id) FROM shard")[0][0].c_str();
  proxy->Stall(true);
  EXPECT_TRUE(Eventually([&] { return !a->keeper().LeaseValid() && !b->keeper().LeaseValid(); }));
  absl::SleepFor(absl::Seconds(2));
  proxy->Stall(false);
  EXPECT_TRUE(Eventually([&] { return a->keeper().LeaseValid() && b->keeper().LeaseValid(); }));
  absl::SleepFor(absl::Milliseconds(500));
  EXPECT_EQ(test_->Sql("SELECT string_agg(id || owner || epoch, ' ' ORDER BY id) FROM shard")[0][0].c_str(), before);
}

TEST_F(LeaseKeeperTest, AProcessThatSaysItIsStuckLosesItsShards) {
  auto healthy = std::make_shared<std::atomic<bool>>(true);
  auto a = Join({.healthy = [healthy] { return healthy->load(); }});
  auto b = Join();
  ASSERT_TRUE(Eventually([&] { return Share({a.get(), b.get()}); }));
  *healthy = false;
  EXPECT_TRUE(Eventually([&] { return b->shards().size() == kShards; }));
  EXPECT_TRUE(Eventually([&] { return a->shards().empty(); }));
  *healthy = true;
  EXPECT_TRUE(Eventually([&] { return Share({a.get(), b.get()}); }));
}

TEST_F(LeaseKeeperTest, DeactivatingGivesTheTenantUp) {
  auto a = Join();
  EXPECT_TRUE(a->Deactivate().ok());
  EXPECT_TRUE(a->shards().empty());
  EXPECT_EQ(Count("shard WHERE owner IS NOT NULL"), 0);
  EXPECT_TRUE(a->keeper().LeaseValid());
  EXPECT_TRUE(a->Activate().ok());
  EXPECT_EQ(a->shards().size(), static_cast<size_t>(kShards));
}

TEST_F(LeaseKeeperTest, ListenersHearOfChanges) {
  auto a = Join();
  std::atomic<int> calls = 0;
  auto listener = a->keeper().OnDirectoryChange([&](DirectoryPtr) { ++calls; });
  auto b = Join();
  EXPECT_TRUE(Eventually([&] { return calls > 0 && a->keeper().Snapshot()->processes.size() == 2; }));
  listener.reset();
}

TEST_F(LeaseKeeperTest, OfConcurrentTakersExactlyOneWins) {
  test_->Sql("INSERT INTO plexus.process (id, address, roles) SELECT 'p' || n, '', '{}' FROM generate_series(0, 7) n");
  for (int round = 0; round < 10; ++round) {
    std::atomic<int> winners = 0;
    std::vector<std::thread> takers;
    for (int taker = 0; taker < 4; ++taker) {
      takers.emplace_back([&, taker] {
        auto take = [&](storage::Session& session) {
          return TakeShards(session, absl::StrCat("p", taker), storage::ShardKind::kRoom, {{0, 2 * round}});
        };
        auto taken = test_->database().RunBlocking(test_->schema(), take);
        EXPECT_TRUE(taken.ok()) << taken.status();
        winners += static_cast<int>(taken->size());
      });
    }
    for (std::thread& taker : takers) taker.join();
    EXPECT_EQ(winners, 1);
    auto row = test_->Sql("SELECT epoch, lease_id FROM shard WHERE kind = 1 AND id = 0")[0];
    EXPECT_EQ(row[0].as<int>(), 2 * round + 1);
    auto release = [&](storage::Session& session) {
      return ReleaseShard(session, {storage::ShardKind::kRoom, 0}, row[1].as<int64_t>());
    };
    EXPECT_TRUE(test_->database().RunBlocking(test_->schema(), release).ok());
  }
}

TEST_F(LeaseKeeperTest, ABeatThatMovedSavesAProcess) {
  test_->Sql("INSERT INTO plexus.process (id, address, roles) VALUES ('p', '', '{}')");
  auto run = [&](auto work) { return *test_->database().RunBlocking(test_->schema(), work); };
  EXPECT_TRUE(run([](storage::Session& session) { return RenewProcess(session, "p"); }));
  EXPECT_FALSE(run([](storage::Session& session) { return DeclareDead(session, {"p", 0}); }));
  EXPECT_TRUE(run([](storage::Session& session) { return DeclareDead(session, {"p", 1}); }));
  EXPECT_FALSE(run([](storage::Session& session) { return RenewProcess(session, "p"); }));
}

TEST_F(LeaseKeeperTest, AFailedStartLeavesNothing) {
  TestProcess broken(*test_, {.connection_string = "host=/nonexistent"});
  EXPECT_FALSE(broken.Start().ok());
  EXPECT_TRUE(broken.Stop().ok());
  EXPECT_EQ(Count("plexus.process"), 0);
}

}  // namespace
}  // namespace plexus::platform
