// The numbered files of migrations/, as they are embedded in the binary.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace plexus::storage {

// One file NNNN_name.sql.
struct MigrationFile {
  int version = 0;
  std::string_view name;
  std::string_view sql;
};

// In order, numbered 1, 2, 3 …
std::span<const MigrationFile> EmbeddedMigrations();

// How a file is run. It says so in comment lines at its beginning:
//
//   -- plexus: transaction          (the default) the whole file in one transaction, with a short lock_timeout
//   -- plexus: online               statement by statement outside of one: CREATE INDEX CONCURRENTLY …; each statement
//                                   must be safe to repeat. Statements end with ";" at the end of a line.
//   -- plexus: backfill             one statement, run until it answers no row, each batch in a transaction with the
//                                   progress that it made: $1 is the key that the last batch answered (text, '' at
//                                   first), $2 the batch size; it answers one row, the last key it has done.
//   -- plexus: requires-binary NNNN binaries that know no migration NNNN cannot serve the schema from here on:
//                                   contracting ones say so, a release or more after the expanding one.
enum class MigrationMode { kTransaction, kOnline, kBackfill };

struct Migration {
  int version = 0;
  std::string name;
  std::string sql;
  MigrationMode mode = MigrationMode::kTransaction;
  int requires_binary = 0;  // 0: none
};

// InvalidArgument, naming the file, for an unknown directive.
absl::StatusOr<Migration> ParseMigration(const MigrationFile& file);

// The statements of an online migration.
std::vector<std::string> SplitStatements(std::string_view sql);

}  // namespace plexus::storage
