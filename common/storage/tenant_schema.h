// Creation, migration and opening of a tenant's schema.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/storage/database.h"

namespace plexus::storage {

// Fixed when the schema is created.
struct SchemaParameters {
  std::string server_name;
  int room_shards = 16;  // 1 … 256
  int user_shards = 16;  // 1 … 256
};

// What the schema says of itself.
struct SchemaInfo {
  std::string server_name;
  int room_shards = 0;
  int user_shards = 0;
  int64_t timeline = 0;  // random; changes when the database was restored or failed over
  int feature_level = 0;
  int version = 0;  // newest migration applied
};

// Creates or migrates `schema` (and the shared schema) to the newest version that this binary knows, one migrator at a
// time, and opens it. Blocks. Safe to repeat: continues where an earlier attempt stopped. Fails like OpenSchema, and
// with InvalidArgument for parameters out of range.
absl::StatusOr<SchemaInfo> MigrateSchema(Database& database, const SchemaName& schema,
                                         const SchemaParameters& parameters);
// The same as work for Database::Run, for callers that must not block.
absl::StatusOr<SchemaInfo> MigrateSchema(Session& session, const SchemaName& schema,
                                         const SchemaParameters& parameters);

// Checks that this binary can serve the schema as it is, and reads its parameters. FailedPrecondition, saying what to
// do, if it is missing, too old, too new, belongs to another server_name, or the database's encoding is not UTF8 or
// its collation not C.
absl::StatusOr<SchemaInfo> OpenSchema(Session& session, const SchemaName& schema, const std::string& server_name);

}  // namespace plexus::storage
