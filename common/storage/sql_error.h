// What a failed statement means, as absl::Status. pqxx's exceptions end here.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace plexus::storage {

// Codes: AlreadyExists (unique violation; ConstraintOf names it), Aborted (serialization failure, deadlock),
// Unavailable (connection lost or refused, server shutting down, pool busy), DeadlineExceeded (statement_timeout or
// lock_timeout), FailedPrecondition (other integrity violations, read-only server), InvalidArgument (data that Postgres
// cannot represent), ResourceExhausted (disk or memory full), Internal (wrong SQL, a value that does not convert).
// Messages hold no parameters' values.

enum class CommitOutcome {
  kNotCommitted,  // surely rolled back or never sent
  kUnknown,       // the connection was lost before the answer: it may have been committed
};

// Of a failed `status` that came from this library. Statuses from elsewhere count as not committed.
CommitOutcome CommitOutcomeOf(const absl::Status& status);

// Name of the violated constraint, if `status` came from one.
std::optional<std::string> ConstraintOf(const absl::Status& status);

// The five characters of SQLSTATE, if Postgres gave one.
std::optional<std::string> SqlStateOf(const absl::Status& status);

// An Unavailable status with outcome unknown.
absl::Status UnknownOutcome(std::string_view what);

// Maps the exception that is being handled. `connection_lost`: whether the connection is unusable afterwards.
// To be called inside a catch block.
absl::Status StatusOfCurrentException(bool connection_lost);

}  // namespace plexus::storage
