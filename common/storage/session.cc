#include "common/storage/session.h"

#include "absl/random/random.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "common/storage/connection.h"
#include "common/storage/sql_error.h"

namespace plexus::storage {
namespace {

constexpr int kAutocommitAttempts = 5;
constexpr absl::Duration kRetryPause = absl::Milliseconds(2);

// Grows with the attempts, and differs between rivals.
void PauseBeforeRetry(int attempt) {
  static thread_local absl::BitGen random;
  absl::SleepFor(kRetryPause * (1 << attempt) * absl::Uniform(random, 0.5, 1.5));
}

absl::Status RunAndCommit(Connection& connection, absl::FunctionRef<absl::Status(Transaction&)> body) {
  Transaction transaction(connection);
  absl::Status status;
  try {
    status = body(transaction);
  } catch (...) {
    status = StatusOfCurrentException(!connection.is_open());
  }
  if (status.ok()) return connection.Commit();
  connection.Rollback();
  return status;
}

}  // namespace

absl::StatusOr<pqxx::result> Transaction::QueryParameters(std::string_view sql, std::vector<Parameter> parameters) {
  return connection_.Query(sql, parameters);
}

absl::StatusOr<pqxx::result> Transaction::Execute(std::string_view sql) { return connection_.Execute(sql); }

absl::StatusOr<pqxx::result> Session::QueryParameters(std::string_view sql, std::vector<Parameter> parameters) {
  for (int attempt = 1;; ++attempt) {
    absl::StatusOr<pqxx::result> result = connection_.Query(sql, parameters);
    if (!absl::IsAborted(result.status()) || attempt == kAutocommitAttempts) return result;
    PauseBeforeRetry(attempt);
  }
}

absl::StatusOr<pqxx::result> Session::Execute(std::string_view sql) { return connection_.Execute(sql); }

absl::Status Session::Reconnect() { return connection_.Reopen(); }

absl::Status Session::RunTransaction(const TransactionOptions& options,
                                     absl::FunctionRef<absl::Status(Transaction&)> body) {
  for (int attempt = 1;; ++attempt) {
    PLEXUS_RETURN_IF_ERROR(connection_.Begin(options));
    absl::Status status = RunAndCommit(connection_, body);
    bool retry = SqlStateOf(status).has_value() || CommitOutcomeOf(status) == CommitOutcome::kNotCommitted;
    if (!absl::IsAborted(status) || !retry || attempt >= options.attempts) return status;
    PauseBeforeRetry(attempt);
  }
}

}  // namespace plexus::storage
