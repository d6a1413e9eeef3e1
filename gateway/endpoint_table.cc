#include "gateway/endpoint_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace plexus::gateway {
namespace {

constexpr std::string_view kV3 = "/_matrix/client/v3/";
constexpr std::string_view kR0 = "/_matrix/client/r0/";

absl::Status AddRoutes(Router& router, const Endpoint& row, size_t number) {
  PLEXUS_RETURN_IF_ERROR(router.Add(row.method, row.path, number));
  if (!row.path.starts_with(kV3)) return absl::OkStatus();
  return router.Add(row.method, absl::StrCat(kR0, row.path.substr(kV3.size())), number);
}

// Which of the pattern's variables is called {room_id}.
std::optional<size_t> RoomVariable(std::string_view pattern) {
  const size_t place = pattern.find("{room_id}");
  if (place == pattern.npos) return std::nullopt;
  return static_cast<size_t>(std::count(pattern.begin(), pattern.begin() + static_cast<ptrdiff_t>(place), '{'));
}

absl::StatusOr<CompiledEndpoint> CompileRow(Endpoint row) {
  CompiledEndpoint compiled;
  compiled.label = absl::StrCat(row.method, " ", row.path);
  compiled.fault_point = absl::StrCat("gateway.before.", compiled.label);
  if (!row.target.method.empty()) {
    PLEXUS_ASSIGN_OR_RETURN(compiled.plan, BindingPlan::Compile(row));
  } else if (row.traits.prebuilt == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(compiled.label, " has neither an RPC nor an answer"));
  }
  compiled.room = RoomVariable(row.path);
  compiled.row = std::move(row);
  return compiled;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const EndpointTable>> EndpointTable::Compile(EndpointList rows) {
  auto table = std::make_unique<EndpointTable>();
  for (Endpoint& row : rows) {
    PLEXUS_RETURN_IF_ERROR(AddRoutes(table->router_, row, table->endpoints_.size()));
    PLEXUS_ASSIGN_OR_RETURN(CompiledEndpoint compiled, CompileRow(std::move(row)));
    compiled.number = table->endpoints_.size();
    table->endpoints_.push_back(std::move(compiled));
  }
  return std::unique_ptr<const EndpointTable>(std::move(table));
}

size_t EndpointTable::MaxBody(std::string_view method, std::string_view target) const {
  const absl::StatusOr<Router::Match> match = router_.Find(method, target.substr(0, target.find('?')));
  if (!match.ok() || match->kind != Router::Match::Kind::kFound) return kIgnoredBody;
  const Traits& traits = endpoints_[match->endpoint].row.traits;
  return traits.body == Body::kNone ? kIgnoredBody : traits.max_body;
}

}  // namespace plexus::gateway
