#include "common/storage/tenant_schema.h"

#include <map>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/migrator.h"
#include "common/storage/schema_check.h"

namespace plexus::storage {
namespace {

constexpr int kMaxShards = 256;  // row numbers are n * 256 + shard

constexpr char kReadMeta[] = "SELECT key, value FROM meta";

absl::Status CheckParameters(const SchemaParameters& parameters) {
  for (int shards : {parameters.room_shards, parameters.user_shards}) {
    if (shards >= 1 && shards <= kMaxShards) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("the number of shards is ", shards, "; allowed are 1 to ", kMaxShards));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Migration>> AllMigrations() {
  std::vector<Migration> migrations;
  for (const MigrationFile& file : EmbeddedMigrations()) {
    PLEXUS_ASSIGN_OR_RETURN(Migration migration, ParseMigration(file));
    migrations.push_back(std::move(migration));
  }
  return migrations;
}

absl::StatusOr<SchemaInfo> ReadInfo(Session& session) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kReadMeta));
  std::map<std::string, std::string> meta;
  for (const auto& row : rows) meta[row["key"].as<std::string>()] = row["value"].as<std::string>();
  SchemaInfo info{.server_name = meta["server_name"]};
  bool complete = absl::SimpleAtoi(meta["room_shards"], &info.room_shards) &&
                  absl::SimpleAtoi(meta["user_shards"], &info.user_shards) &&
                  absl::SimpleAtoi(meta["timeline"], &info.timeline) &&
                  absl::SimpleAtoi(meta["feature_level"], &info.feature_level);
  if (!complete) return absl::FailedPreconditionError("the table meta is incomplete: restore it from a backup");
  return info;
}

// FailedPrecondition if the schema is another server's. Also before anything is migrated.
absl::Status CheckServerName(const SchemaInfo& info, const SchemaName& schema, const std::string& server_name) {
  if (info.server_name == server_name) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("schema ", schema.quoted(), " belongs to ", info.server_name,
                                                    ", not to ", server_name,
                                                    ": give each server a schema of its own in the configuration"));
}

absl::Status CheckBeforeMigration(Session& session, const SchemaName& schema, const SchemaParameters& parameters) {
  PLEXUS_RETURN_IF_ERROR(CheckDatabase(session));
  PLEXUS_ASSIGN_OR_RETURN(SchemaVersion version, ReadSchemaVersion(session, schema));
  PLEXUS_RETURN_IF_ERROR(CheckNotTooNew(version, schema, BinaryVersions()));
  if (version.applied == 0) return absl::OkStatus();
  PLEXUS_ASSIGN_OR_RETURN(SchemaInfo info, ReadInfo(session));
  return CheckServerName(info, schema, parameters.server_name);
}

}  // namespace

absl::StatusOr<SchemaInfo> OpenSchema(Session& session, const SchemaName& schema, const std::string& server_name) {
  PLEXUS_RETURN_IF_ERROR(CheckDatabase(session));
  PLEXUS_ASSIGN_OR_RETURN(SchemaVersion version, ReadSchemaVersion(session, schema));
  PLEXUS_RETURN_IF_ERROR(CheckNotTooNew(version, schema, BinaryVersions()));
  PLEXUS_RETURN_IF_ERROR(CheckNotTooOld(version, schema, BinaryVersions()));
  PLEXUS_ASSIGN_OR_RETURN(SchemaInfo info, ReadInfo(session));
  PLEXUS_RETURN_IF_ERROR(CheckServerName(info, schema, server_name));
  info.version = version.applied;
  return info;
}

absl::StatusOr<SchemaInfo> MigrateSchema(Session& session, const SchemaName& schema,
                                         const SchemaParameters& parameters) {
  PLEXUS_RETURN_IF_ERROR(CheckParameters(parameters));
  PLEXUS_ASSIGN_OR_RETURN(std::vector<Migration> migrations, AllMigrations());
  PLEXUS_RETURN_IF_ERROR(CheckBeforeMigration(session, schema, parameters));
  PLEXUS_RETURN_IF_ERROR(CreateSharedSchema(session));
  PLEXUS_RETURN_IF_ERROR(ApplyMigrations(session, schema, parameters, migrations));
  return OpenSchema(session, schema, parameters.server_name);
}

absl::StatusOr<SchemaInfo> MigrateSchema(Database& database, const SchemaName& schema,
                                         const SchemaParameters& parameters) {
  auto migrate = [&](Session& session) { return MigrateSchema(session, schema, parameters); };
  return database.RunBlocking(schema, migrate);
}

}  // namespace plexus::storage
