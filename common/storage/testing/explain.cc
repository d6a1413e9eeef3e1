#include "common/storage/testing/explain.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/status_macros.h"

namespace plexus::storage::testing {
namespace {

std::string Quoted(const Parameter& parameter) {
  if (parameter.is_null()) return "NULL";
  // E'' would read backslashes; a plain literal takes them as they are.
  return absl::StrCat("'", absl::StrReplaceAll(parameter.text(), {{"'", "''"}}), "'");
}

std::string ExecuteStatement(const std::vector<Parameter>& parameters) {
  std::string list;
  for (const Parameter& parameter : parameters) absl::StrAppend(&list, list.empty() ? "" : ", ", Quoted(parameter));
  return absl::StrCat("EXPLAIN EXECUTE explained", list.empty() ? "" : absl::StrCat("(", list, ")"));
}

}  // namespace

absl::StatusOr<std::string> Explain(Session& session, std::string_view sql, std::vector<Parameter> parameters) {
  return session.InTransaction([&](Transaction& transaction) -> absl::StatusOr<std::string> {
    PLEXUS_RETURN_IF_ERROR(
        transaction.Execute("SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan").status());
    PLEXUS_RETURN_IF_ERROR(transaction.Execute(absl::StrCat("PREPARE explained AS ", sql)).status());
    absl::StatusOr<pqxx::result> rows = transaction.Execute(ExecuteStatement(parameters));
    if (!rows.ok()) return rows.status();
    PLEXUS_RETURN_IF_ERROR(transaction.Execute("DEALLOCATE explained").status());
    std::string plan;
    for (const auto& row : *rows) absl::StrAppend(&plan, row[0].as<std::string>(), "\n");
    return plan;
  });
}

absl::Status UsesIndex(Session& session, std::string_view sql, std::vector<Parameter> parameters,
                       std::string_view index) {
  PLEXUS_ASSIGN_OR_RETURN(std::string plan, Explain(session, sql, std::move(parameters)));
  if (absl::StrContains(plan, "Seq Scan")) {
    return absl::FailedPreconditionError(absl::StrCat("sequential scan:\n", plan));
  }
  if (absl::StrContains(plan, index)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("does not use ", index, ":\n", plan));
}

}  // namespace plexus::storage::testing
