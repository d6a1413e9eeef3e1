#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "plexus/ctl/commands.h"

namespace plexus::ctl {

absl::StatusOr<std::string> Command::Name(const std::string& what) const {
  if (arguments.positional.size() == 2) return arguments.positional[1];
  const std::string verb = arguments.positional.empty() ? "" : arguments.positional[0];
  return UsageError(absl::StrCat(verb, ": say one ", what));
}

void Command::Print(const Table& table) const {
  std::fputs(arguments.Has("json") ? table.Json().c_str() : table.Text().c_str(), stdout);
}

absl::StatusOr<std::string> Command::Tenant() const {
  if (arguments.Has("tenant")) return arguments.Get("tenant");
  PLEXUS_ASSIGN_OR_RETURN(platform::v1::GetDirectoryResponse directory, plexus.Directory());
  std::vector<std::string> names;
  for (const auto& tenant : directory.tenants()) names.push_back(tenant.tenant());
  if (names.size() == 1) return names[0];
  return UsageError(absl::StrCat("--tenant is missing; allowed: ", absl::StrJoin(names, ", ")));
}

}  // namespace plexus::ctl
