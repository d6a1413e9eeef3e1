// Runs migrations against one schema. Use MigrateSchema; this is for it and for tests with migrations of their own.
#pragma once

#include <span>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/storage/migration.h"
#include "common/storage/session.h"
#include "common/storage/tenant_schema.h"

namespace plexus::storage {

struct MigratorOptions {
  // A statement that would wait longer for a lock gives up and is tried again, so that what serves is not held up
  // behind it.
  absl::Duration lock_timeout = absl::Seconds(2);
  int lock_attempts = 10;
  int backfill_batch = 1000;
  // How long to wait for another migrator of the same schema.
  absl::Duration migrator_timeout = absl::Minutes(10);
};

// Creates the schema if it is missing, then applies, in order, every migration that it does not have yet. One migrator
// at a time: others wait. Every step is recorded when it is done, a backfill with every batch, so that whoever comes
// next continues there.
absl::Status ApplyMigrations(Session& session, const SchemaName& schema, const SchemaParameters& parameters,
                             std::span<const Migration> migrations, const MigratorOptions& options = {});

// Creates or updates the shared schema "plexus".
absl::Status CreateSharedSchema(Session& session);

}  // namespace plexus::storage
