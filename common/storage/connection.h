// One libpqxx connection with what Plexus needs to know of it. Inside this library only.
#pragma once

#include <memory>
#include <optional>
#include <pqxx/connection>
#include <pqxx/result>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/storage/database_options.h"
#include "common/storage/parameter.h"
#include "common/storage/schema_name.h"
#include "common/storage/session.h"
#include "common/storage/statement_cache.h"

namespace plexus::storage {

// Not thread-safe: belongs to one thread of the pool. No function throws.
class Connection {
 public:
  explicit Connection(const DatabaseOptions& options);

  // Connects, replacing a connection that was there, and sets `schema`. Unavailable if that fails.
  absl::Status Open(const SchemaName& schema);
  // Whether the connection is open, alive and now set to this schema; otherwise Open it. Nothing of the caller's has
  // been sent yet.
  bool Reuse(const SchemaName& schema);
  // Open again with the schema that was set last.
  absl::Status Reopen();
  void Close();
  bool is_open() const;
  const std::optional<SchemaName>& schema() const { return schema_; }

  // One prepared statement. Unavailable with outcome unknown if the connection is lost meanwhile, outside transactions.
  absl::StatusOr<pqxx::result> Query(std::string_view sql, const std::vector<Parameter>& parameters);
  // Statements as they are.
  absl::StatusOr<pqxx::result> Execute(std::string_view sql);

  absl::Status Begin(const TransactionOptions& options);
  // Unavailable with outcome unknown if the connection is lost.
  absl::Status Commit();
  void Rollback();

  // How often search_path was changed on an open connection.
  int64_t schema_switches() const { return schema_switches_; }

 private:
  bool IsStale() const;
  absl::Status SetSchema(const SchemaName& schema);
  absl::StatusOr<std::string> PreparedName(std::string_view sql);
  absl::Status LostOr(absl::Status status);

  const DatabaseOptions& options_;
  const std::string connection_string_;
  std::unique_ptr<pqxx::connection> connection_;
  std::unique_ptr<pqxx::errorhandler> quiet_;  // goes before the connection
  std::optional<SchemaName> schema_;
  StatementCache statements_;
  bool in_transaction_ = false;
  int64_t schema_switches_ = 0;
};

}  // namespace plexus::storage
