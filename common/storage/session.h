// One connection, lent to a piece of work on a thread of the pool, set to one tenant's schema.
#pragma once

#include <memory>
#include <optional>
#include <pqxx/result>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/storage/parameter.h"

namespace plexus::storage {

class Connection;

enum class Isolation { kReadCommitted, kRepeatableRead, kSerializable };

struct TransactionOptions {
  Isolation isolation = Isolation::kReadCommitted;
  bool read_only = false;
  // Attempts in all when Postgres aborts for a serialization failure or a deadlock. The function runs again from its
  // beginning each time.
  int attempts = 5;
};

// An open transaction. Not thread-safe; does not outlive the function that it was passed to.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {}
  Transaction(const Transaction&) = delete;

  // As Session::Query, inside the transaction.
  template <typename... Args>
  absl::StatusOr<pqxx::result> Query(std::string_view sql, const Args&... args) {
    return QueryParameters(sql, {Parameter(args)...});
  }
  absl::StatusOr<pqxx::result> QueryParameters(std::string_view sql, std::vector<Parameter> parameters);
  // As Session::Execute, inside the transaction.
  absl::StatusOr<pqxx::result> Execute(std::string_view sql);

 private:
  Connection& connection_;
};

// Errors of every function here: see sql_error.h. Not thread-safe; used by one piece of work on one thread, which it
// blocks. Result rows convert with `row["name"].as<int64_t>()`, which may throw: Database::Run catches.
class Session {
 public:
  explicit Session(Connection& connection) : connection_(connection) {}
  Session(const Session&) = delete;

  // One statement, committed by itself: one round trip once the connection has prepared it. `sql` should be a constant
  // (statements are prepared once for each text, connection and schema, and the least recently used dropped).
  // Repeated within bounds on serialization failures and deadlocks. Unavailable if the connection was lost: whether
  // the statement took effect is then unknown (CommitOutcomeOf).
  template <typename... Args>
  absl::StatusOr<pqxx::result> Query(std::string_view sql, const Args&... args) {
    return QueryParameters(sql, {Parameter(args)...});
  }
  absl::StatusOr<pqxx::result> QueryParameters(std::string_view sql, std::vector<Parameter> parameters);

  // One or several statements without parameters, not prepared: DDL, SET, EXPLAIN.
  absl::StatusOr<pqxx::result> Execute(std::string_view sql);

  // Runs `body` (absl::Status or absl::StatusOr<R>, of Transaction&) between BEGIN and COMMIT and returns what it
  // returned; rolls back if that is an error or an exception. If the COMMIT's outcome is unknown the status is
  // Unavailable and CommitOutcomeOf says kUnknown.
  template <typename F>
  std::invoke_result_t<F&, Transaction&> InTransaction(const TransactionOptions& options, F body) {
    std::optional<std::invoke_result_t<F&, Transaction&>> result;
    absl::Status status = RunTransaction(options, [&](Transaction& transaction) {
      result.emplace(body(transaction));
      return StatusOf(*result);
    });
    if (!status.ok()) return status;
    return *std::move(result);
  }
  template <typename F>
  std::invoke_result_t<F&, Transaction&> InTransaction(F body) {
    return InTransaction(TransactionOptions{}, std::move(body));
  }

  // Replaces a lost connection by a new one, with the same schema set: how an unknown outcome is looked into.
  // Unavailable if the database cannot be reached.
  absl::Status Reconnect();

 private:
  static absl::Status StatusOf(const absl::Status& status) { return status; }
  template <typename T>
  static absl::Status StatusOf(const absl::StatusOr<T>& result) {
    return result.status();
  }
  absl::Status RunTransaction(const TransactionOptions& options, absl::FunctionRef<absl::Status(Transaction&)> body);

  Connection& connection_;
};

}  // namespace plexus::storage
