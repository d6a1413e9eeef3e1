#include "common/storage/testing/test_database.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"

namespace plexus::storage::testing {
namespace {

constexpr char kSchema[] = "tenant";

std::string ServerConnection() {
  const char* value = std::getenv("PLEXUS_TEST_PG");
  return value == nullptr ? "" : value;
}

std::string ConnectionTo(const std::string& name) { return absl::StrCat(ServerConnection(), " dbname=", name); }

SchemaName Schema() { return *SchemaName::Parse(kSchema); }

absl::StatusOr<std::unique_ptr<Database>> Open(std::string connection_string, int max_connections) {
  DatabaseOptions options{.connection_string = std::move(connection_string)};
  options.application_name = "test";
  options.max_connections = max_connections;
  return Database::Create(std::move(options));
}

absl::Status ExecuteOnServer(const std::string& sql) {
  PLEXUS_ASSIGN_OR_RETURN(std::unique_ptr<Database> server, Open(ServerConnection(), 1));
  return server->RunBlocking(Schema(), [&](Session& session) { return session.Execute(sql).status(); });
}

// Unique among test processes that run at the same time on one server.
std::string NewName(std::string_view purpose) {
  return absl::StrCat("plexus_", purpose, "_", getpid(), "_", RandomId());
}

absl::Status CreateDatabase(const std::string& name, const std::string& source) {
  return ExecuteOnServer(
      absl::StrCat("CREATE DATABASE ", name, " TEMPLATE ", source, " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"));
}

absl::Status DropDatabase(const std::string& name) {
  return ExecuteOnServer(absl::StrCat("DROP DATABASE IF EXISTS ", name, " WITH (FORCE)"));
}

// Migrated databases to copy, one for each set of parameters, made when first needed and dropped after the last test.
class Templates final : public ::testing::Environment {
 public:
  void TearDown() override {
    std::lock_guard lock(mutex_);
    for (const auto& [key, name] : names_) DropDatabase(name).IgnoreError();
    names_.clear();
  }

  absl::StatusOr<std::string> Find(const SchemaParameters& parameters) {
    std::lock_guard lock(mutex_);
    std::string key = absl::StrCat(parameters.server_name, "/", parameters.room_shards, "/", parameters.user_shards);
    if (auto found = names_.find(key); found != names_.end()) return found->second;
    std::string name = NewName("template");
    PLEXUS_RETURN_IF_ERROR(CreateDatabase(name, "template0"));
    names_.emplace(key, name);
    PLEXUS_ASSIGN_OR_RETURN(std::unique_ptr<Database> database, Open(ConnectionTo(name), 1));
    PLEXUS_RETURN_IF_ERROR(MigrateSchema(*database, Schema(), parameters).status());
    return name;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> names_;
};

// Owned by GoogleTest, which ends it before any static object of a library goes.
Templates* const kTemplates = static_cast<Templates*>(::testing::AddGlobalTestEnvironment(new Templates));

absl::StatusOr<std::string> SourceFor(const TestDatabaseOptions& options) {
  if (!options.migrated) return "template0";
  return kTemplates->Find({options.server_name, options.room_shards, options.user_shards});
}

}  // namespace

absl::StatusOr<std::unique_ptr<TestDatabase>> TestDatabase::Create(TestDatabaseOptions options) {
  PLEXUS_ASSIGN_OR_RETURN(std::string source, SourceFor(options));
  std::string name = NewName("test");
  PLEXUS_RETURN_IF_ERROR(CreateDatabase(name, source));
  auto test = std::unique_ptr<TestDatabase>(new TestDatabase(name, ConnectionTo(name), Schema()));
  PLEXUS_ASSIGN_OR_RETURN(test->database_, Open(test->connection_string_, options.max_connections));
  PLEXUS_ASSIGN_OR_RETURN(test->inspector_, Open(test->connection_string_, 1));
  return test;
}

TestDatabase::TestDatabase(std::string name, std::string connection_string, SchemaName schema)
    : name_(std::move(name)), connection_string_(std::move(connection_string)), schema_(std::move(schema)) {}

TestDatabase::~TestDatabase() {
  database_.reset();
  inspector_.reset();
  DropDatabase(name_).IgnoreError();
}

std::unique_ptr<Database> TestDatabase::OpenAnother(int max_connections) const {
  return *Open(connection_string_, max_connections);
}

pqxx::result TestDatabase::Sql(std::string_view sql) {
  auto rows = inspector_->RunBlocking(schema_, [&](Session& session) { return session.Execute(sql); });
  EXPECT_TRUE(rows.ok()) << rows.status() << " in: " << sql;
  return rows.ok() ? *rows : pqxx::result();
}

}  // namespace plexus::storage::testing
