#include "common/storage/sql_error.h"

#include <new>
#include <pqxx/except>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace plexus::storage {
namespace {

constexpr std::string_view kSqlState = "plexus.storage/sqlstate";
constexpr std::string_view kConstraint = "plexus.storage/constraint";
constexpr std::string_view kUnknown = "plexus.storage/outcome-unknown";

std::optional<std::string> Payload(const absl::Status& status, std::string_view url) {
  auto payload = status.GetPayload(url);
  if (!payload) return std::nullopt;
  return std::string(*payload);
}

// Classes and codes of PostgreSQL, appendix A.
absl::StatusCode CodeOf(std::string_view state) {
  if (state == "23505") return absl::StatusCode::kAlreadyExists;
  if (state == "40001" || state == "40P01") return absl::StatusCode::kAborted;
  if (state == "57014" || state == "55P03") return absl::StatusCode::kDeadlineExceeded;
  if (state == "3D000" || state == "28000" || state == "28P01") return absl::StatusCode::kFailedPrecondition;
  if (state == "25006") return absl::StatusCode::kFailedPrecondition;
  std::string_view kind = state.substr(0, 2);
  if (kind == "23" || kind == "55") return absl::StatusCode::kFailedPrecondition;
  if (kind == "22") return absl::StatusCode::kInvalidArgument;
  if (kind == "53") return absl::StatusCode::kResourceExhausted;
  if (kind == "08" || kind == "57") return absl::StatusCode::kUnavailable;
  return absl::StatusCode::kInternal;
}

// The first line: the DETAIL and CONTEXT lines after it hold values. Data exceptions hold them in the first line too.
std::string MessageOf(std::string_view what, std::string_view state) {
  if (state.starts_with("22")) return absl::StrCat("Postgres refuses a value (SQLSTATE ", state, ")");
  return std::string(what.substr(0, what.find('\n')));
}

// pqxx keeps no PG_DIAG_CONSTRAINT_NAME; the name is what is quoted last in the first line, in any language.
std::string ConstraintIn(std::string_view first_line) {
  size_t end = first_line.rfind('"');
  if (end == std::string_view::npos || end == 0) return "";
  size_t begin = first_line.rfind('"', end - 1);
  return begin == std::string_view::npos ? "" : std::string(first_line.substr(begin + 1, end - begin - 1));
}

absl::Status StatusOfSqlError(const pqxx::sql_error& error) {
  const std::string& state = error.sqlstate();
  absl::Status status(CodeOf(state), MessageOf(error.what(), state));
  status.SetPayload(kSqlState, absl::Cord(state));
  if (state.starts_with("23")) status.SetPayload(kConstraint, absl::Cord(ConstraintIn(status.message())));
  return status;
}

std::string_view FirstLine(std::string_view what) { return what.substr(0, what.find('\n')); }

}  // namespace

CommitOutcome CommitOutcomeOf(const absl::Status& status) {
  return status.GetPayload(kUnknown) ? CommitOutcome::kUnknown : CommitOutcome::kNotCommitted;
}

std::optional<std::string> ConstraintOf(const absl::Status& status) { return Payload(status, kConstraint); }

std::optional<std::string> SqlStateOf(const absl::Status& status) { return Payload(status, kSqlState); }

absl::Status UnknownOutcome(std::string_view what) {
  absl::Status status = absl::UnavailableError(absl::StrCat("outcome unknown: ", what));
  status.SetPayload(kUnknown, absl::Cord("1"));
  return status;
}

absl::Status StatusOfCurrentException(bool connection_lost) {
  try {
    throw;
  } catch (const pqxx::sql_error& error) {
    if (connection_lost) return absl::UnavailableError(absl::StrCat("connection lost: ", FirstLine(error.what())));
    return StatusOfSqlError(error);
  } catch (const pqxx::broken_connection& error) {
    return absl::UnavailableError(absl::StrCat("connection lost: ", FirstLine(error.what())));
  } catch (const pqxx::serialization_failure& error) {
    return absl::AbortedError(FirstLine(error.what()));
  } catch (const pqxx::deadlock_detected& error) {
    return absl::AbortedError(FirstLine(error.what()));
  } catch (const pqxx::statement_completion_unknown& error) {
    return UnknownOutcome(FirstLine(error.what()));
  } catch (const pqxx::conversion_error&) {
    return absl::InternalError("a column does not convert to the type asked for");
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("out of memory");
  } catch (const std::exception& error) {
    if (connection_lost) return absl::UnavailableError(absl::StrCat("connection lost: ", FirstLine(error.what())));
    return absl::InternalError(FirstLine(error.what()));
  } catch (...) {
    return absl::InternalError("unknown exception in database work");
  }
}

}  // namespace plexus::storage
