// Which plan Postgres chooses for a hot statement.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/session.h"

namespace plexus::storage::testing {

// EXPLAIN of `sql` with these parameters, as text, with sequential scans priced out: what is left of them has no index
// that could serve. Tables of a test are small, so the default costs would always choose a sequential scan.
absl::StatusOr<std::string> Explain(Session& session, std::string_view sql, std::vector<Parameter> parameters);

// OK if the plan has no sequential scan (of anything but CTEs and functions) and, unless empty, uses `index`;
// otherwise FailedPrecondition with the plan.
absl::Status UsesIndex(Session& session, std::string_view sql, std::vector<Parameter> parameters,
                       std::string_view index = "");

}  // namespace plexus::storage::testing
