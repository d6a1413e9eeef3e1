#include "common/storage/owned_shard.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "common/storage/testing/pg_proxy.h"
#include "common/storage/testing/test_database.h"

namespace plexus::storage {
namespace {

using testing::PgProxy;
using testing::TestDatabase;

const std::string kCommit("COMMIT\0", 7);

// User shard 1, owned with lease 7, and a table for its entries.
class OwnedShardTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("PLEXUS_TEST_PG") == nullptr) GTEST_SKIP() << "PLEXUS_TEST_PG is not set";
    test_ = *TestDatabase::Create();
    proxy_ = *PgProxy::Start(test_->connection_string());
    database_ = *Database::Create({.connection_string = proxy_->connection_string(), .max_connections = 3});
    test_->Sql("CREATE TABLE entry (position bigint PRIMARY KEY, nid bigint UNIQUE, id text UNIQUE)");
    test_->Sql("UPDATE shard SET owner = 'me', lease_id = 7 WHERE kind = 2 AND id = 1");
    shard_ = std::make_shared<OwnedShard>(ShardId{ShardKind::kUser, 1}, 7, 0, 1);
  }
  void TearDown() override { database_.reset(); }

  Task<absl::StatusOr<int64_t>> Write(std::string id) {
    auto body = [id](Transaction& transaction, const FencedPositions& at) -> absl::StatusOr<int64_t> {
      absl::Status stored =
          transaction.Query("INSERT INTO entry VALUES ($1, $2, $3)", at.first, at.first_nid, id).status();
      if (!stored.ok()) return stored;
      return at.first;
    };
    co_return co_await OwnedShard::Write(shard_, *database_, test_->schema(), 1, 1, std::move(body));
  }
  absl::StatusOr<int64_t> WriteNow(std::string id) {
    boost::asio::io_context io;
    auto result = boost::asio::co_spawn(io, Write(std::move(id)), boost::asio::use_future);
    io.run();
    return result.get();
  }
  std::string Log() {
    return test_->Sql("SELECT coalesce(string_agg(position || '=' || id, ' ' ORDER BY position), '') FROM entry")[0][0]
        .as<std::string>();
  }

  std::unique_ptr<TestDatabase> test_;
  std::unique_ptr<PgProxy> proxy_;
  std::unique_ptr<Database> database_;
  std::shared_ptr<OwnedShard> shard_;
};

TEST_F(OwnedShardTest, WritesAtOnceMakeALogWithoutGaps) {
  boost::asio::io_context io;
  std::vector<std::future<absl::StatusOr<int64_t>>> writes;
  for (int i = 0; i < 50; ++i) {
    writes.push_back(boost::asio::co_spawn(io, Write(absl::StrCat("e", i)), boost::asio::use_future));
  }
  io.run();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(*writes[i].get(), i + 1) << "in order of arrival";
  EXPECT_EQ(shard_->head(), 50);
  EXPECT_EQ(test_->Sql("SELECT count(*) FROM entry WHERE position = nid")[0][0].as<int>(), 50);
}

TEST_F(OwnedShardTest, AFailedWriteLeavesNoGap) {
  EXPECT_EQ(*WriteNow("a"), 1);
  EXPECT_TRUE(absl::IsAlreadyExists(WriteNow("a").status()));
  EXPECT_EQ(*WriteNow("b"), 2);
  EXPECT_EQ(Log(), "1=a 2=b");
}

TEST_F(OwnedShardTest, ALostAnswerToACommitIsNoFailure) {
  EXPECT_EQ(*WriteNow("a"), 1);
  proxy_->CutAfter(kCommit);
  EXPECT_EQ(*WriteNow("b"), 2);
  EXPECT_EQ(*WriteNow("c"), 3);
  EXPECT_EQ(Log(), "1=a 2=b 3=c");
}

TEST_F(OwnedShardTest, ReadsItsHeadAgainAfterAnOutcomeThatStayedUnknown) {
  // A write of ours that was given up for lost and arrived late.
  EXPECT_EQ(*WriteNow("a"), 1);
  test_->Sql(
      "INSERT INTO entry VALUES (2, 2, 'late'); UPDATE shard SET head = 2, next_nid = 3 WHERE kind = 2 AND id = 1");
  EXPECT_TRUE(absl::IsFailedPrecondition(WriteNow("b").status()));
  EXPECT_EQ(*WriteNow("b"), 3);
  EXPECT_EQ(Log(), "1=a 2=late 3=b");
}

TEST_F(OwnedShardTest, CannotWriteWithoutTheLease) {
  test_->Sql("UPDATE shard SET lease_id = 8 WHERE kind = 2 AND id = 1");
  EXPECT_TRUE(absl::IsFailedPrecondition(WriteNow("a").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(WriteNow("a").status()));
  EXPECT_EQ(Log(), "");
}

}  // namespace
}  // namespace plexus::storage
