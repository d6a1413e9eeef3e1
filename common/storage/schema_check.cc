#include "common/storage/schema_check.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/migration.h"

namespace plexus::storage {
namespace {

constexpr char kReadDatabase[] =
    "SELECT pg_encoding_to_char(encoding) AS encoding, datcollate, datctype FROM pg_database "
    "WHERE datname = current_database()";
constexpr char kHasVersions[] = "SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'schema_version'";
constexpr char kReadVersion[] =
    "SELECT coalesce(max(version) FILTER (WHERE complete), 0) AS applied, "
    "coalesce(max(requires_binary), 0) AS requires_binary FROM schema_version";

bool IsC(const std::string& locale) { return locale == "C" || locale == "POSIX"; }

}  // namespace

absl::Status CheckDatabase(Session& session) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kReadDatabase));
  std::string encoding = rows[0]["encoding"].as<std::string>();
  std::string collation = rows[0]["datcollate"].as<std::string>();
  std::string character_type = rows[0]["datctype"].as<std::string>();
  if (encoding == "UTF8" && IsC(collation) && IsC(character_type)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the database has encoding ", encoding, ", collation ", collation, " and character type ", character_type,
      "; Plexus needs UTF8 and C. Create another one and point the configuration at it: "
      "CREATE DATABASE plexus TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"));
}

absl::StatusOr<SchemaVersion> ReadSchemaVersion(Session& session, const SchemaName& schema) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result table, session.Query(kHasVersions, schema.name()));
  if (table.empty()) return SchemaVersion{};
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kReadVersion));
  return SchemaVersion{.applied = rows[0]["applied"].as<int>(),
                       .requires_binary = rows[0]["requires_binary"].as<int>()};
}

// Queries rely on what expanding migrations have added; backfills and contractions may still be under way.
ServableVersions BinaryVersions() {
  ServableVersions versions;
  for (const MigrationFile& file : EmbeddedMigrations()) {
    absl::StatusOr<Migration> migration = ParseMigration(file);
    versions.newest = file.version;
    bool expands = migration.ok() && migration->mode != MigrationMode::kBackfill && migration->requires_binary == 0;
    if (expands) versions.minimum = file.version;
  }
  return versions;
}

absl::Status CheckNotTooNew(const SchemaVersion& version, const SchemaName& schema, const ServableVersions& binary) {
  if (version.requires_binary <= binary.newest) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "schema ", schema.quoted(), " is at version ", version.applied, " and needs a Plexus that knows migration ",
      version.requires_binary, "; this one knows up to ", binary.newest, ". Run a newer Plexus"));
}

absl::Status CheckNotTooOld(const SchemaVersion& version, const SchemaName& schema, const ServableVersions& binary) {
  if (version.applied >= binary.minimum) return absl::OkStatus();
  std::string found = version.applied == 0 ? absl::StrCat("schema ", schema.quoted(), " has no tables")
                                           : absl::StrCat("schema ", schema.quoted(), " is at version ",
                                                          version.applied, ", below ", binary.minimum);
  return absl::FailedPreconditionError(absl::StrCat(found, ". Run `plexus migrate` first"));
}

}  // namespace plexus::storage
