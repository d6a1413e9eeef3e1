#include "common/storage/tenant_schema.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/storage/log_reader.h"
#include "common/storage/migrator.h"
#include "common/storage/schema_check.h"
#include "common/storage/testing/test_database.h"

namespace plexus::storage {
namespace {

using testing::TestDatabase;

absl::StatusOr<SchemaInfo> Open(TestDatabase& test, const std::string& server_name = "example.org") {
  return test.database().RunBlocking(test.schema(),
                                     [&](Session& session) { return OpenSchema(session, test.schema(), server_name); });
}

// OK if `status` refuses and its message contains `advice`.
::testing::AssertionResult Refuses(const absl::Status& status, std::string_view advice) {
  if (absl::IsFailedPrecondition(status) && absl::StrContains(status.message(), advice)) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << status;
}

TEST(TenantSchema, AMigratedSchemaHasItsParametersAndShards) {
  PLEXUS_TEST_DATABASE_WITH(test, {.room_shards = 3, .user_shards = 2});
  absl::StatusOr<SchemaInfo> info = Open(test);
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->server_name, "example.org");
  EXPECT_EQ(info->room_shards, 3);
  EXPECT_EQ(info->user_shards, 2);
  EXPECT_NE(info->timeline, 0);
  EXPECT_EQ(info->version, BinaryVersions().newest);
  auto heads = test.database().RunBlocking(test.schema(), [](Session& session) { return ReadAllHeads(session); });
  EXPECT_EQ(heads->room, std::vector<int64_t>(3, 0));
  EXPECT_EQ(heads->user, std::vector<int64_t>(2, 0));
}

TEST(TenantSchema, MigratingAgainChangesNothing) {
  PLEXUS_TEST_DATABASE(test);
  int64_t timeline = Open(test)->timeline;
  auto again = MigrateSchema(test.database(), test.schema(), {.server_name = "example.org", .room_shards = 9});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->timeline, timeline);
  EXPECT_EQ(again->room_shards, 4);
}

TEST(TenantSchema, TwoMigratorsAtOnceBothSucceed) {
  PLEXUS_TEST_DATABASE_WITH(test, {.migrated = false});
  std::vector<std::thread> migrators;
  for (int i = 0; i < 3; ++i) {
    migrators.emplace_back([&] {
      auto database = test.OpenAnother(1);
      auto info = MigrateSchema(*database, test.schema(), {.server_name = "example.org"});
      EXPECT_TRUE(info.ok()) << info.status();
    });
  }
  for (std::thread& migrator : migrators) migrator.join();
  EXPECT_EQ(test.Sql("SELECT count(*) FROM shard")[0][0].as<int>(), 32);
}

TEST(TenantSchema, RefusesAnotherServersSchema) {
  PLEXUS_TEST_DATABASE(test);
  EXPECT_TRUE(Refuses(Open(test, "other.org").status(), "belongs to example.org, not to other.org"));
  auto migrated = MigrateSchema(test.database(), test.schema(), {.server_name = "other.org"});
  EXPECT_TRUE(Refuses(migrated.status(), "belongs to example.org"));
}

TEST(TenantSchema, RefusesAnEmptySchemaAndOneThatIsTooOld) {
  PLEXUS_TEST_DATABASE(test);
  test.Sql("UPDATE schema_version SET complete = false WHERE version > 1");
  EXPECT_TRUE(Refuses(Open(test).status(), "Run `plexus migrate`"));
  PLEXUS_TEST_DATABASE_WITH(empty, {.migrated = false});
  EXPECT_TRUE(Refuses(Open(empty).status(), "has no tables"));
}

TEST(TenantSchema, ServesANewerSchemaUnlessItNeedsANewerBinary) {
  PLEXUS_TEST_DATABASE(test);
  test.Sql("INSERT INTO schema_version (version, name, complete) VALUES (9000, 'expand', true)");
  EXPECT_TRUE(Open(test).ok());
  test.Sql(
      "INSERT INTO schema_version (version, name, complete, requires_binary) VALUES (9001, 'contract', true, 9000)");
  EXPECT_TRUE(Refuses(Open(test).status(), "Run a newer Plexus"));
  auto migrated = MigrateSchema(test.database(), test.schema(), {.server_name = "example.org"});
  EXPECT_TRUE(Refuses(migrated.status(), "knows migration 9000"));
}

TEST(TenantSchema, RefusesAWrongCollationAndEncoding) {
  PLEXUS_TEST_DATABASE(test);
  for (std::string settings : {"ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'",
                               "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"}) {
    std::string name = absl::StrCat("plexus_wrong_", RandomId());
    test.Sql(absl::StrCat("CREATE DATABASE ", name, " TEMPLATE template0 ", settings));
    auto database = *Database::Create({.connection_string = absl::StrCat(test.connection_string(), " dbname=", name)});
    auto migrated = MigrateSchema(*database, test.schema(), {.server_name = "example.org"});
    EXPECT_TRUE(Refuses(migrated.status(), "CREATE DATABASE plexus TEMPLATE template0")) << settings;
    database->Stop();
    test.Sql("DROP DATABASE " + name);
  }
}

TEST(TenantSchema, RefusesShardCountsOutOfRange) {
  PLEXUS_TEST_DATABASE_WITH(test, {.migrated = false});
  auto migrated = MigrateSchema(test.database(), test.schema(), {.server_name = "example.org", .room_shards = 257});
  EXPECT_TRUE(absl::IsInvalidArgument(migrated.status()));
}

// Migrations of the test's own, on top of the real ones.
class MigratorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("PLEXUS_TEST_PG") == nullptr) GTEST_SKIP() << "PLEXUS_TEST_PG is not set";
    test_ = *TestDatabase::Create();
  }
  absl::Status Apply(Migration migration, MigratorOptions options = {}) {
    return test_->database().RunBlocking(test_->schema(), [&](Session& session) {
      return ApplyMigrations(session, test_->schema(), {.server_name = "example.org"}, {&migration, 1}, options);
    });
  }
  std::unique_ptr<TestDatabase> test_;
};

constexpr char kBackfill[] = R"sql(
WITH batch AS (SELECT id FROM thing WHERE id > $1 ORDER BY id LIMIT $2),
done AS (UPDATE thing SET filled = filled + 1 FROM batch WHERE thing.id = batch.id RETURNING thing.id)
SELECT max(id) FROM done HAVING count(*) > 0)sql";

TEST_F(MigratorTest, ABackfillKilledHalfWayContinuesWhereItStopped) {
  test_->Sql("CREATE TABLE thing AS SELECT lpad(n::text, 4, '0') AS id, 0 AS filled FROM generate_series(1, 100) n");
  test_->Sql("ALTER TABLE thing ADD CHECK (filled = 0 OR id <> '0055')");
  Migration backfill{.version = 100, .name = "fill", .sql = kBackfill, .mode = MigrationMode::kBackfill};
  EXPECT_FALSE(Apply(backfill, {.backfill_batch = 10}).ok());
  EXPECT_EQ(test_->Sql("SELECT count(*) FROM thing WHERE filled = 1")[0][0].as<int>(), 50);
  EXPECT_EQ(test_->Sql("SELECT progress FROM schema_version WHERE version = 100")[0][0].as<std::string>(), "0050");
  test_->Sql("ALTER TABLE thing DROP CONSTRAINT thing_check");
  absl::Status status = Apply(backfill, {.backfill_batch = 10});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(test_->Sql("SELECT min(filled) || '-' || max(filled) FROM thing")[0][0].as<std::string>(), "1-1");
}

TEST_F(MigratorTest, AFailedMigrationLeavesNothingAndNamesItself) {
  Migration broken{.version = 100, .name = "broken", .sql = "CREATE TABLE half (n int); SELECT 1 / 0"};
  absl::Status status = Apply(broken);
  EXPECT_TRUE(absl::StrContains(status.message(), "migration 100_broken")) << status;
  EXPECT_TRUE(test_->Sql("SELECT 1 FROM pg_tables WHERE tablename = 'half'").empty());
  EXPECT_TRUE(test_->Sql("SELECT 1 FROM schema_version WHERE version = 100").empty());
}

TEST_F(MigratorTest, AnOnlineMigrationRunsOutsideATransaction) {
  Migration online{.version = 100,
                   .name = "index",
                   .sql = "-- plexus: online\nCREATE INDEX CONCURRENTLY IF NOT EXISTS by_head\n  ON shard (head);\n",
                   .mode = MigrationMode::kOnline};
  absl::Status status = Apply(online);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(test_->Sql("SELECT 1 FROM pg_indexes WHERE indexname = 'by_head'").size(), 1u);
}

TEST_F(MigratorTest, GivesWayToWhatHoldsALockAndTriesAgain) {
  Migration alter{.version = 100, .name = "alter", .sql = "ALTER TABLE shard ADD COLUMN extra int"};
  auto holder = test_->OpenAnother(1);
  std::thread holding([&] {
    auto hold = [](Session& session) {
      return session.InTransaction([](Transaction& transaction) {
        (void)transaction.Query("SELECT * FROM shard");
        return transaction.Query("SELECT pg_sleep(0.5)").status();
      });
    };
    EXPECT_TRUE(holder->RunBlocking(test_->schema(), hold).ok());
  });
  absl::Status status = Apply(alter, {.lock_timeout = absl::Milliseconds(100), .lock_attempts = 50});
  holding.join();
  EXPECT_TRUE(status.ok()) << status;
}

TEST(Migration, ReadsDirectives) {
  auto parsed =
      ParseMigration({7, "name", "-- What it does.\n-- plexus: online\n-- plexus: requires-binary 0005\nSELECT 1;"});
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->mode, MigrationMode::kOnline);
  EXPECT_EQ(parsed->requires_binary, 5);
  EXPECT_FALSE(ParseMigration({7, "name", "-- plexus: sideways\n"}).ok());
}

TEST(SchemaName, AllowsPlainIdentifiersOnly) {
  for (std::string good : {"tenant", "a_b_2", "_x"}) EXPECT_TRUE(SchemaName::Parse(good).ok()) << good;
  for (std::string bad : {"", "A", "a-b", "a\"b", "1a", "pg_x", "public", "plexus"}) {
    EXPECT_FALSE(SchemaName::Parse(bad).ok()) << bad;
  }
  EXPECT_FALSE(SchemaName::Parse(std::string(64, 'a')).ok());
}

}  // namespace
}  // namespace plexus::storage
