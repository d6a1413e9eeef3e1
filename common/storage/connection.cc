#include "common/storage/connection.h"

#include <poll.h>

#include <pqxx/errorhandler>
#include <pqxx/nontransaction>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/connection_string.h"
#include "common/storage/sql_error.h"

#if defined(__SANITIZE_ADDRESS__)
// pqxx 6.4 forgets libpq's empty result, 200 bytes, when a connection is lost while it waits for an answer.
extern "C" __attribute__((weak)) const char* __lsan_default_suppressions() { return "leak:PQmakeEmptyPGresult\n"; }
#endif

namespace pqxx {

template <>
struct string_traits<plexus::storage::Parameter> {
  static constexpr const char* name() noexcept { return "parameter"; }
  static constexpr bool has_null() noexcept { return true; }
  static bool is_null(const plexus::storage::Parameter& parameter) { return parameter.is_null(); }
  static std::string to_string(const plexus::storage::Parameter& parameter) { return parameter.text(); }
};

}  // namespace pqxx

namespace plexus::storage {
namespace {

// pqxx would print errors and notices to standard error.
class QuietHandler final : public pqxx::errorhandler {
 public:
  explicit QuietHandler(pqxx::connection_base& connection) : errorhandler(connection) {}
  bool operator()(const char[]) noexcept override { return false; }
};

// A connection that pqxx reopened by itself would have lost its schema and settings unnoticed.
void ForbidSilentReconnect(pqxx::connection& connection) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

std::string SessionSettings(const DatabaseOptions& options, const SchemaName& schema) {
  return absl::StrCat(
      "SET statement_timeout = ", absl::ToInt64Milliseconds(options.statement_timeout),
      "; SET lock_timeout = ", absl::ToInt64Milliseconds(options.lock_timeout),
      "; SET idle_in_transaction_session_timeout = ", absl::ToInt64Milliseconds(2 * options.statement_timeout),
      "; SET client_min_messages = warning; SET search_path = ", schema.quoted());
}

std::string BeginStatement(const TransactionOptions& options) {
  std::string_view isolation = "READ COMMITTED";
  if (options.isolation == Isolation::kRepeatableRead) isolation = "REPEATABLE READ";
  if (options.isolation == Isolation::kSerializable) isolation = "SERIALIZABLE";
  return absl::StrCat("BEGIN ISOLATION LEVEL ", isolation, options.read_only ? " READ ONLY" : "");
}

absl::Status CheckParameters(const std::vector<Parameter>& parameters) {
  for (const Parameter& parameter : parameters) {
    if (parameter.text().find('\0') != std::string::npos) {
      return absl::InvalidArgumentError("a text with a NUL byte cannot be stored");
    }
  }
  return absl::OkStatus();
}

}  // namespace

Connection::Connection(const DatabaseOptions& options)
    : options_(options), connection_string_(FullConnectionString(options)), statements_(options.max_prepared) {}

bool Connection::is_open() const { return connection_ != nullptr && connection_->is_open(); }

void Connection::Close() {
  quiet_.reset();
  connection_.reset();
  statements_.Clear();
  in_transaction_ = false;
}

absl::Status Connection::Open(const SchemaName& schema) {
  Close();
  try {
    connection_ = std::make_unique<pqxx::connection>(connection_string_);
    quiet_ = std::make_unique<QuietHandler>(*connection_);
    ForbidSilentReconnect(*connection_);
    pqxx::nontransaction(*connection_).exec(SessionSettings(options_, schema));
  } catch (...) {
    absl::Status status = StatusOfCurrentException(/*connection_lost=*/true);
    Close();
    return status;
  }
  schema_ = schema;
  return absl::OkStatus();
}

absl::Status Connection::Reopen() {
  if (!schema_) return absl::FailedPreconditionError("the connection has never been open");
  SchemaName schema = *schema_;
  return Open(schema);
}

// An idle connection has nothing to read unless the server closed it.
bool Connection::IsStale() const {
  pollfd socket{.fd = connection_->sock(), .events = POLLIN, .revents = 0};
  return poll(&socket, 1, 0) != 0;
}

bool Connection::Reuse(const SchemaName& schema) {
  if (!is_open() || IsStale()) return false;
  return schema_ == schema || SetSchema(schema).ok();
}

absl::Status Connection::SetSchema(const SchemaName& schema) {
  ++schema_switches_;
  PLEXUS_RETURN_IF_ERROR(Execute(absl::StrCat("SET search_path = ", schema.quoted())).status());
  schema_ = schema;
  return absl::OkStatus();
}

// A statement outside a transaction commits by itself: without its answer nobody knows.
absl::Status Connection::LostOr(absl::Status status) {
  if (is_open()) return status;
  bool was_in_transaction = in_transaction_;
  Close();
  return was_in_transaction ? status : UnknownOutcome(status.message());
}

absl::StatusOr<std::string> Connection::PreparedName(std::string_view sql) {
  StatementCache::Lookup lookup = statements_.Find(schema_->name(), sql);
  if (!lookup.is_new) return lookup.name;
  try {
    if (lookup.evicted) connection_->unprepare(*lookup.evicted);
    connection_->prepare(lookup.name, std::string(sql));
    connection_->prepare_now(lookup.name);
  } catch (...) {
    absl::Status status = StatusOfCurrentException(!is_open());
    if (!is_open()) return status;
    statements_.Forget(schema_->name(), sql);
    return status;
  }
  return lookup.name;
}

absl::StatusOr<pqxx::result> Connection::Query(std::string_view sql, const std::vector<Parameter>& parameters) {
  PLEXUS_RETURN_IF_ERROR(CheckParameters(parameters));
  if (!is_open()) return absl::UnavailableError("connection lost");
  // Nothing has happened if preparing fails.
  PLEXUS_ASSIGN_OR_RETURN(std::string name, PreparedName(sql));
  try {
    pqxx::nontransaction statement(*connection_);
    return statement.exec_prepared(name, pqxx::prepare::make_dynamic_params(parameters));
  } catch (...) {
    return LostOr(StatusOfCurrentException(!is_open()));
  }
}

absl::StatusOr<pqxx::result> Connection::Execute(std::string_view sql) {
  if (!is_open()) return absl::UnavailableError("connection lost");
  try {
    return pqxx::nontransaction(*connection_).exec(std::string(sql));
  } catch (...) {
    return LostOr(StatusOfCurrentException(!is_open()));
  }
}

absl::Status Connection::Begin(const TransactionOptions& options) {
  in_transaction_ = true;
  absl::Status status = Execute(BeginStatement(options)).status();
  if (!status.ok()) in_transaction_ = false;
  return status;
}

absl::Status Connection::Commit() {
  in_transaction_ = false;
  absl::StatusOr<pqxx::result> result = Execute("COMMIT");
  return result.status();
}

void Connection::Rollback() {
  if (!is_open()) return;
  // A connection that cannot roll back is of no use; closing it rolls back too.
  if (!Execute("ROLLBACK").ok()) Close();
  in_transaction_ = false;
}

}  // namespace plexus::storage
