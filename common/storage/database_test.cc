#include "common/storage/database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdlib>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/storage/testing/pg_proxy.h"
#include "common/storage/testing/test_database.h"

namespace plexus::storage {
namespace {

using testing::PgProxy;
using testing::TestDatabase;

absl::StatusOr<int> ReadOne(Session& session) {
  absl::StatusOr<pqxx::result> rows = session.Query("SELECT 1");
  if (!rows.ok()) return rows.status();
  return (*rows)[0][0].as<int>();
}

std::unique_ptr<Database> Through(const std::string& connection_string, int max_connections = 1) {
  DatabaseOptions options{.connection_string = connection_string};
  options.max_connections = max_connections;
  options.min_backoff = absl::Milliseconds(5);
  options.max_backoff = absl::Milliseconds(20);
  return *Database::Create(options);
}

TEST(Database, ResumesTheCallerOnItsOwnExecutor) {
  PLEXUS_TEST_DATABASE(test);
  boost::asio::io_context io;
  std::thread::id worked, resumed;
  auto call = [&]() -> Task<absl::StatusOr<int>> {
    auto work = [&worked](Session& session) {
      worked = std::this_thread::get_id();
      return ReadOne(session);
    };
    absl::StatusOr<int> one = co_await test.database().Run(test.schema(), std::move(work));
    resumed = std::this_thread::get_id();
    co_return one;
  };
  auto result = boost::asio::co_spawn(io, call(), boost::asio::use_future);
  io.run();
  EXPECT_EQ(*result.get(), 1);
  EXPECT_EQ(resumed, std::this_thread::get_id());
  EXPECT_NE(worked, resumed);
}

TEST(Database, OpensNoConnectionBeforeItIsUsedAndNoMoreThanAllowed) {
  PLEXUS_TEST_DATABASE(test);
  auto database = test.OpenAnother(3);
  EXPECT_EQ(database->Stats().connections, 0);
  std::atomic<int> running = 0, most = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 12; ++i) {
    callers.emplace_back([&] {
      auto work = [&](Session& session) {
        most = std::max(most.load(), ++running);
        absl::Status status = session.Query("SELECT pg_sleep(0.02)").status();
        --running;
        return status;
      };
      EXPECT_TRUE(database->RunBlocking(test.schema(), work).ok());
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(most, 3);
  EXPECT_EQ(database->Stats().connects, 3);
}

TEST(Database, IsBusyWhenTheQueueIsFull) {
  PLEXUS_TEST_DATABASE(test);
  DatabaseOptions options{.connection_string = test.connection_string(), .max_connections = 1, .max_queued = 0};
  auto database = *Database::Create(options);
  absl::Notification started, finish;
  std::thread holder([&] {
    auto hold = [&](Session&) {
      started.Notify();
      finish.WaitForNotification();
      return absl::OkStatus();
    };
    EXPECT_TRUE(database->RunBlocking(test.schema(), hold).ok());
  });
  started.WaitForNotification();
  absl::Status status = database->RunBlocking(test.schema(), ReadOne).status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_EQ(status.message(), "database busy");
  EXPECT_EQ(database->Stats().rejected, 1);
  finish.Notify();
  holder.join();
}

TEST(Database, SetsTheSchemaOfTheTenantAndOnlyWhenItDiffers) {
  PLEXUS_TEST_DATABASE(test);
  auto database = test.OpenAnother(1);
  test.Sql(
      "CREATE SCHEMA other; CREATE TABLE other.marker AS SELECT 'other' AS name; CREATE TABLE marker AS SELECT "
      "'tenant' AS name");
  auto read = [](Session& session) -> absl::StatusOr<std::string> {
    auto rows = session.Query("SELECT name FROM marker");
    if (!rows.ok()) return rows.status();
    return (*rows)[0][0].as<std::string>();
  };
  SchemaName other = *SchemaName::Parse("other");
  for (int i = 0; i < 8; ++i) EXPECT_EQ(*database->RunBlocking(test.schema(), read), "tenant");
  EXPECT_EQ(*database->RunBlocking(other, read), "other");
  for (int i = 0; i < 8; ++i) EXPECT_EQ(*database->RunBlocking(test.schema(), read), "tenant");
  EXPECT_EQ(database->Stats().schema_switches, 2);
}

TEST(Database, MapsErrors) {
  PLEXUS_TEST_DATABASE(test);
  auto database = test.OpenAnother(1);
  auto run = [&](std::string sql) {
    return database->RunBlocking(test.schema(), [&](Session& session) { return session.Query(sql).status(); });
  };
  test.Sql("CREATE TABLE thing (id bigint CONSTRAINT thing_is_unique PRIMARY KEY, n int CHECK (n > 0))");
  EXPECT_TRUE(run("INSERT INTO thing VALUES (1, 1)").ok());
  absl::Status duplicate = run("INSERT INTO thing VALUES (1, 1)");
  EXPECT_TRUE(absl::IsAlreadyExists(duplicate)) << duplicate;
  EXPECT_EQ(ConstraintOf(duplicate), "thing_is_unique");
  EXPECT_EQ(duplicate.message().find("(1)"), std::string::npos) << "values stay out of messages";
  absl::Status check = run("INSERT INTO thing VALUES (2, 0)");
  EXPECT_TRUE(absl::IsFailedPrecondition(check)) << check;
  EXPECT_EQ(ConstraintOf(check), "thing_n_check");
  absl::Status value = run("SELECT 'secret'::bigint");
  EXPECT_TRUE(absl::IsInvalidArgument(value)) << value;
  EXPECT_EQ(value.message().find("secret"), std::string::npos);
  EXPECT_TRUE(absl::IsInternal(run("SELEKT")));
  EXPECT_EQ(CommitOutcomeOf(duplicate), CommitOutcome::kNotCommitted);
  // The connection is as good as before.
  EXPECT_TRUE(run("SELECT 1").ok());
  EXPECT_EQ(database->Stats().connects, 1);
}

TEST(Database, AnExceptionOfTheWorkBecomesAStatusAndRollsBack) {
  PLEXUS_TEST_DATABASE(test);
  auto work = [](Session& session) {
    return session.InTransaction([](Transaction& transaction) -> absl::Status {
      (void)transaction.Query("INSERT INTO meta VALUES ('k', 'v')");
      throw std::runtime_error("broken");
    });
  };
  EXPECT_TRUE(absl::IsInternal(test.database().RunBlocking(test.schema(), work)));
  EXPECT_TRUE(test.Sql("SELECT 1 FROM meta WHERE key = 'k'").empty());
  auto convert = [](Session& session) -> absl::StatusOr<int> {
    auto rows = session.Query("SELECT 'word'");
    return (*rows)[0][0].as<int>();
  };
  EXPECT_TRUE(absl::IsInternal(test.database().RunBlocking(test.schema(), convert).status()));
}

TEST(Database, RepeatsSerializationFailures) {
  PLEXUS_TEST_DATABASE(test);
  test.Sql("CREATE TABLE counter AS SELECT 0 AS n");
  std::atomic<int> attempts = 0;
  auto increment = [&](Session& session) {
    return session.InTransaction({.isolation = Isolation::kSerializable, .attempts = 50},
                                 [&](Transaction& transaction) -> absl::Status {
                                   ++attempts;
                                   auto rows = transaction.Query("SELECT n FROM counter");
                                   if (!rows.ok()) return rows.status();
                                   int n = (*rows)[0][0].as<int>();
                                   return transaction.Query("UPDATE counter SET n = $1", n + 1).status();
                                 });
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      for (int k = 0; k < 10; ++k) EXPECT_TRUE(test.database().RunBlocking(test.schema(), increment).ok());
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(test.Sql("SELECT n FROM counter")[0][0].as<int>(), 40);
  EXPECT_GE(attempts, 40);
}

TEST(Database, ReplacesAConnectionThatTheServerKilledWhileItWasIdle) {
  PLEXUS_TEST_DATABASE(test);
  auto database = test.OpenAnother(1);
  EXPECT_TRUE(database->RunBlocking(test.schema(), ReadOne).ok());
  test.Sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
      "pg_backend_pid()");
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_EQ(*database->RunBlocking(test.schema(), ReadOne), 1);
  EXPECT_EQ(database->Stats().connects, 2);
}

TEST(Database, FailsFastWhilePostgresIsAwayAndComesBack) {
  PLEXUS_TEST_DATABASE(test);
  auto proxy = *PgProxy::Start(test.connection_string());
  auto database = Through(proxy->connection_string());
  EXPECT_TRUE(database->RunBlocking(test.schema(), ReadOne).ok());
  proxy->Refuse(true);
  proxy->CutAll();
  EXPECT_TRUE(absl::IsUnavailable(database->RunBlocking(test.schema(), ReadOne).status()));
  proxy->Refuse(false);
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_TRUE(database->RunBlocking(test.schema(), ReadOne).ok());
}

TEST(Database, ClosesIdleConnections) {
  PLEXUS_TEST_DATABASE(test);
  DatabaseOptions options{.connection_string = test.connection_string(), .idle_timeout = absl::Milliseconds(50)};
  auto database = *Database::Create(options);
  EXPECT_TRUE(database->RunBlocking(test.schema(), ReadOne).ok());
  absl::SleepFor(absl::Milliseconds(300));
  EXPECT_EQ(database->Stats().connections, 0);
  EXPECT_TRUE(database->RunBlocking(test.schema(), ReadOne).ok());
}

TEST(Database, StopEndsWhatIsQueuedAndRefusesMore) {
  PLEXUS_TEST_DATABASE(test);
  auto database = test.OpenAnother(1);
  EXPECT_TRUE(database->RunBlocking(test.schema(), ReadOne).ok());
  database->Stop();
  database->Stop();
  EXPECT_TRUE(absl::IsUnavailable(database->RunBlocking(test.schema(), ReadOne).status()));
}

TEST(Database, KeepsABoundedNumberOfPreparedStatements) {
  PLEXUS_TEST_DATABASE(test);
  DatabaseOptions options{.connection_string = test.connection_string(), .max_connections = 1, .max_prepared = 4};
  auto database = *Database::Create(options);
  auto work = [](Session& session) -> absl::StatusOr<int> {
    for (int i = 0; i < 20; ++i) {
      auto rows = session.Query(absl::StrCat("SELECT $1::int + ", i % 7), 1);
      if (!rows.ok()) return rows.status();
      if ((*rows)[0][0].as<int>() != 1 + i % 7) return absl::InternalError("wrong statement");
    }
    auto count = session.Execute("SELECT count(*) FROM pg_prepared_statements");
    if (!count.ok()) return count.status();
    return (*count)[0][0].as<int>();
  };
  absl::StatusOr<int> prepared = database->RunBlocking(test.schema(), work);
  ASSERT_TRUE(prepared.ok()) << prepared.status();
  EXPECT_EQ(*prepared, 4);
}

}  // namespace
}  // namespace plexus::storage
