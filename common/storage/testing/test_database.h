// A tenant's schema in a real Postgres for each test.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/storage/database.h"
#include "common/storage/tenant_schema.h"

namespace plexus::storage::testing {

struct TestDatabaseOptions {
  std::string server_name = "example.org";
  int room_shards = 4;
  int user_shards = 4;
  bool migrated = true;  // false: an empty database without any schema of ours
  int max_connections = 4;
};

// A database of the test's own, a copy of one that was migrated once in this process; dropped at the end. Needs
// PLEXUS_TEST_PG: libpq keywords of a connection that may create databases.
//
//   TEST(RoomStore, …) {
//     PLEXUS_TEST_DATABASE(test);          // skips the test when there is no Postgres
//     test.database().RunBlocking(test.schema(), …);
//   }
class TestDatabase {
 public:
  static absl::StatusOr<std::unique_ptr<TestDatabase>> Create(TestDatabaseOptions options = {});
  ~TestDatabase();

  Database& database() { return *database_; }
  const SchemaName& schema() const { return schema_; }
  // libpq keywords, for further pools and proxies.
  const std::string& connection_string() const { return connection_string_; }
  // Another pool on the same database, as another process would have.
  std::unique_ptr<Database> OpenAnother(int max_connections = 4) const;
  // Runs SQL in the schema on a connection of its own; the test fails if it fails. Returns the rows.
  pqxx::result Sql(std::string_view sql);

 private:
  TestDatabase(std::string name, std::string connection_string, SchemaName schema);

  const std::string name_;
  const std::string connection_string_;
  const SchemaName schema_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Database> inspector_;
};

}  // namespace plexus::storage::testing

// Declares `name` as a TestDatabase&, or skips the test.
#define PLEXUS_TEST_DATABASE_WITH(name, ...)                                                 \
  if (std::getenv("PLEXUS_TEST_PG") == nullptr) GTEST_SKIP() << "PLEXUS_TEST_PG is not set"; \
  auto name##_owner = ::plexus::storage::testing::TestDatabase::Create(__VA_ARGS__);         \
  ASSERT_TRUE(name##_owner.ok()) << name##_owner.status();                                   \
  ::plexus::storage::testing::TestDatabase& name = **name##_owner
#define PLEXUS_TEST_DATABASE(name) PLEXUS_TEST_DATABASE_WITH(name)
