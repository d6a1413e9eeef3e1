#include "common/storage/migration.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"

namespace plexus::storage {
namespace {

constexpr std::string_view kDirective = "-- plexus:";
constexpr std::string_view kRequiresBinary = "requires-binary ";

absl::Status ApplyDirective(absl::string_view directive, Migration& migration) {
  if (directive == "transaction") {
    migration.mode = MigrationMode::kTransaction;
  } else if (directive == "online") {
    migration.mode = MigrationMode::kOnline;
  } else if (directive == "backfill") {
    migration.mode = MigrationMode::kBackfill;
  } else if (!absl::ConsumePrefix(&directive, kRequiresBinary) ||
             !absl::SimpleAtoi(directive, &migration.requires_binary)) {
    return absl::InvalidArgumentError(
        absl::StrCat("migration ", migration.version, "_", migration.name, ": unknown directive \"", directive, "\""));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Migration> ParseMigration(const MigrationFile& file) {
  Migration migration{.version = file.version, .name = std::string(file.name), .sql = std::string(file.sql)};
  for (absl::string_view line : absl::StrSplit(file.sql, '\n')) {
    if (!absl::StartsWith(line, "--")) break;
    if (!absl::ConsumePrefix(&line, kDirective)) continue;
    PLEXUS_RETURN_IF_ERROR(ApplyDirective(absl::StripAsciiWhitespace(line), migration));
  }
  return migration;
}

std::vector<std::string> SplitStatements(std::string_view sql) {
  std::vector<std::string> statements;
  std::string statement;
  for (std::string_view line : absl::StrSplit(sql, '\n')) {
    if (line.starts_with("--") || absl::StripAsciiWhitespace(line).empty()) continue;
    absl::StrAppend(&statement, line, "\n");
    if (!absl::EndsWith(absl::StripTrailingAsciiWhitespace(line), ";")) continue;
    statements.push_back(std::move(statement));
    statement.clear();
  }
  if (!statement.empty()) statements.push_back(std::move(statement));
  return statements;
}

}  // namespace plexus::storage
