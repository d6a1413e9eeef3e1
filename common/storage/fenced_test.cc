// Fencing and unknown outcomes, through a proxy that loses answers.
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/storage/array.h"
#include "common/storage/fenced_batch.h"
#include "common/storage/fenced_transaction.h"
#include "common/storage/sql_error.h"
#include "common/storage/testing/explain.h"
#include "common/storage/testing/pg_proxy.h"
#include "common/storage/testing/test_database.h"

namespace plexus::storage {
namespace {

using testing::PgProxy;
using testing::TestDatabase;

// With its end: "READ COMMITTED" is not meant.
const std::string kCommit("COMMIT\0", 7);

constexpr char kLog[] =
    "CREATE TABLE entry (shard smallint, position bigint, id text UNIQUE, PRIMARY KEY (shard, position))";

const std::string& InsertEntries() {
  static const std::string* const kInsert = new std::string(absl::StrCat(kFenceClause, R"sql(
, stored AS (
  INSERT INTO entry SELECT b.shard, b.position, b.id
  FROM unnest($7::smallint[], $8::bigint[], $9::text[]) AS b(shard, position, id)
  JOIN fence f ON f.kind = 1 AND f.id = b.shard ON CONFLICT (id) DO NOTHING RETURNING shard, id)
SELECT f.kind AS fence_kind, f.id AS fence_id, s.id FROM fence f LEFT JOIN stored s ON s.shard = f.id)sql"));
  return *kInsert;
}

// A tenant whose room shards 0 … 3 we own with lease 100 + shard, reached through a proxy.
class FencedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("PLEXUS_TEST_PG") == nullptr) GTEST_SKIP() << "PLEXUS_TEST_PG is not set";
    test_ = *TestDatabase::Create();
    proxy_ = *PgProxy::Start(test_->connection_string());
    database_ = *Database::Create({.connection_string = proxy_->connection_string(), .max_connections = 1});
    test_->Sql(kLog);
    test_->Sql("UPDATE shard SET owner = 'me', lease_id = 100 + id WHERE kind = 1");
  }
  void TearDown() override {
    database_.reset();
    proxy_.reset();
  }

  static ShardAdvance Advance(int shard, int64_t old_head) {
    return {.shard = {ShardKind::kRoom, shard},
            .lease_id = 100 + shard,
            .old_head = old_head,
            .new_head = old_head + 1,
            .next_nid = old_head + 2};
  }

  // One entry "<name><shard>" for each advance.
  absl::StatusOr<FencedBatchResult> Write(const std::vector<ShardAdvance>& advances, const std::string& name) {
    std::vector<int32_t> shards;
    std::vector<int64_t> positions;
    std::vector<std::string> ids;
    for (const ShardAdvance& advance : advances) {
      shards.push_back(advance.shard.id);
      positions.push_back(advance.new_head);
      ids.push_back(absl::StrCat(name, advance.shard.id));
    }
    return database_->RunBlocking(test_->schema(), [&](Session& session) {
      return FencedBatch(session, InsertEntries(), advances,
                         {IntArray(shards), BigintArray(positions), TextArray(ids)});
    });
  }

  absl::StatusOr<int64_t> WriteTransaction(const ShardAdvance& advance, const std::string& id) {
    auto body = [&](Transaction& transaction, const FencedPositions& positions) -> absl::StatusOr<int64_t> {
      auto rows = transaction.Query("INSERT INTO entry VALUES ($1, $2, $3)", advance.shard.id, positions.first, id);
      if (!rows.ok()) return rows.status();
      return positions.first;
    };
    return database_->RunBlocking(test_->schema(),
                                  [&](Session& session) { return FencedTransaction(session, advance, body); });
  }

  std::string Entries() {
    return test_
        ->Sql(
            "SELECT coalesce(string_agg(shard || ':' || position || '=' || id, ' ' ORDER BY shard, "
            "position), '') FROM entry")[0][0]
        .as<std::string>();
  }
  int64_t Head(int shard) {
    return test_->Sql(absl::StrCat("SELECT head FROM shard WHERE kind = 1 AND id = ", shard))[0][0].as<int64_t>();
  }

  std::unique_ptr<TestDatabase> test_;
  std::unique_ptr<PgProxy> proxy_;
  std::unique_ptr<Database> database_;
};

using Outcomes = std::vector<FenceOutcome>;

TEST_F(FencedTest, AdvancesHeadsWithTheRows) {
  auto result = Write({Advance(0, 0), Advance(1, 0)}, "a");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcomes, (Outcomes{FenceOutcome::kCommitted, FenceOutcome::kCommitted}));
  EXPECT_EQ(Entries(), "0:1=a0 1:1=a1");
  EXPECT_EQ(Head(0), 1);
  EXPECT_EQ(Head(2), 0);
  EXPECT_EQ(test_->Sql("SELECT next_nid FROM shard WHERE kind = 1 AND id = 0")[0][0].as<int>(), 2);
}

TEST_F(FencedTest, AShardWhoseLeaseIsGoneDropsOnlyItsOwnRows) {
  test_->Sql("UPDATE shard SET owner = 'other', lease_id = 999, epoch = epoch + 1 WHERE kind = 1 AND id = 1");
  auto result = Write({Advance(0, 0), Advance(1, 0), Advance(2, 0)}, "a");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcomes,
            (Outcomes{FenceOutcome::kCommitted, FenceOutcome::kNotWritten, FenceOutcome::kCommitted}));
  EXPECT_EQ(Entries(), "0:1=a0 2:1=a2");
  EXPECT_EQ(Head(1), 0);
}

TEST_F(FencedTest, AStaleHeadIsRefused) {
  ASSERT_TRUE(Write({Advance(0, 0)}, "a").ok());
  auto result = Write({Advance(0, 0)}, "b");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcomes, Outcomes{FenceOutcome::kNotWritten});
  EXPECT_EQ(Entries(), "0:1=a0");
}

TEST_F(FencedTest, AWriterThatWaitedForATakerWritesNothing) {
  Database& taker = test_->database();
  absl::StatusOr<FencedBatchResult> result = absl::UnknownError("not run");
  auto take = [&](Session& session) {
    std::thread writer;
    absl::Status status = session.InTransaction([&](Transaction& transaction) -> absl::Status {
      absl::Status taken = transaction.Query("UPDATE shard SET lease_id = 999 WHERE kind = 1 AND id = 0").status();
      writer = std::thread([&] { result = Write({Advance(0, 0), Advance(1, 0)}, "a"); });
      (void)transaction.Query("SELECT pg_sleep(0.2)");
      return taken;
    });
    writer.join();
    return status;
  };
  ASSERT_TRUE(taker.RunBlocking(test_->schema(), take).ok());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcomes, (Outcomes{FenceOutcome::kNotWritten, FenceOutcome::kCommitted}));
  EXPECT_EQ(Entries(), "1:1=a1");
}

TEST_F(FencedTest, AnAnswerLostAfterTheCommitIsFoundCommitted) {
  ASSERT_TRUE(Write({Advance(0, 0)}, "first").ok());
  proxy_->CutAfter("lost");
  auto result = Write({Advance(0, 1), Advance(1, 0)}, "lost");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(proxy_->cuts(), 1);
  EXPECT_EQ(result->outcomes, (Outcomes{FenceOutcome::kCommittedUnseen, FenceOutcome::kCommittedUnseen}));
  EXPECT_EQ(Entries(), "0:1=first0 0:2=lost0 1:1=lost1");
}

TEST_F(FencedTest, AStatementLostBeforeItArrivedIsRepeated) {
  ASSERT_TRUE(Write({Advance(0, 0)}, "first").ok());
  proxy_->CutBefore("lost");
  auto result = Write({Advance(0, 1)}, "lost");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(proxy_->cuts(), 1);
  EXPECT_EQ(result->outcomes, Outcomes{FenceOutcome::kCommitted});
  EXPECT_EQ(Entries(), "0:1=first0 0:2=lost0");
}

TEST_F(FencedTest, ALeaseTakenAfterALostAnswerLeavesTheOutcomeToALookUp) {
  ASSERT_TRUE(Write({Advance(0, 0)}, "first").ok());
  // Taken the moment the write has committed, before its writer can look.
  test_->Sql(
      "CREATE FUNCTION steal() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.lease_id = 999; RETURN NEW; END';"
      "CREATE TRIGGER steal BEFORE UPDATE ON shard FOR EACH ROW EXECUTE FUNCTION steal()");
  proxy_->CutAfter("lost");
  auto result = Write({Advance(0, 1)}, "lost");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcomes, Outcomes{FenceOutcome::kUnknown});
}

TEST_F(FencedTest, ATransactionThatLostItsCommitIsStoredOnce) {
  for (bool after : {true, false}) {
    int64_t head = Head(0);
    after ? proxy_->CutAfter(kCommit) : proxy_->CutBefore(kCommit);
    auto position = WriteTransaction(Advance(0, head), absl::StrCat("entry", head));
    ASSERT_TRUE(position.ok()) << position.status();
    EXPECT_EQ(*position, head + 1);
  }
  EXPECT_EQ(proxy_->cuts(), 2);
  EXPECT_EQ(Entries(), "0:1=entry0 0:2=entry1");
}

TEST_F(FencedTest, ATransactionWithoutTheLeaseWritesNothing) {
  test_->Sql("UPDATE shard SET lease_id = 999 WHERE kind = 1 AND id = 0");
  EXPECT_TRUE(absl::IsFailedPrecondition(WriteTransaction(Advance(0, 0), "stale").status()));
  EXPECT_EQ(Entries(), "");
}

TEST_F(FencedTest, AFailingBodyRollsTheHeadBack) {
  ASSERT_TRUE(WriteTransaction(Advance(0, 0), "same").ok());
  EXPECT_TRUE(absl::IsAlreadyExists(WriteTransaction(Advance(0, 1), "same").status()));
  EXPECT_EQ(Head(0), 1);
}

TEST_F(FencedTest, WhatStaysUnknownSaysSo) {
  proxy_->CutAfter(kCommit);
  std::thread refuse([&] {
    while (proxy_->cuts() == 0) std::this_thread::yield();
    proxy_->Refuse(true);
  });
  auto position = WriteTransaction(Advance(0, 0), "entry");
  refuse.join();
  // Either the new connection was quicker than the refusal, or nothing can be known.
  if (position.ok()) {
    EXPECT_EQ(Entries(), "0:1=entry");
  } else {
    EXPECT_EQ(CommitOutcomeOf(position.status()), CommitOutcome::kUnknown) << position.status();
  }
}

TEST_F(FencedTest, TheFenceReadsShardsByTheirKey) {
  std::vector<Parameter> parameters = {"{1}", "{0}", "{100}", "{0}", "{1}", "{2}", "{0}", "{1}", "{x}"};
  auto check = [&](Session& session) { return testing::UsesIndex(session, InsertEntries(), parameters, "shard_pkey"); };
  absl::Status status = test_->database().RunBlocking(test_->schema(), check);
  EXPECT_TRUE(status.ok()) << status;
}

}  // namespace
}  // namespace plexus::storage
