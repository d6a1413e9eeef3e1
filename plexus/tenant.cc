// plexus tenant: adds, removes and lists the homeservers of running processes, for scripts: one line for each process,
// tabs between its address, the server name, the state and the error.
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "plexus/command.h"
#include "plexus/ctl/installation.h"
#include "plexus/ctl/table.h"
#include "plexus/ctl/tenants.h"

namespace plexus {
namespace {

absl::StatusOr<TenantReport> Run(const Arguments& arguments) {
  if (arguments.positional.size() != 1) return UsageError("say one of add, remove, list");
  const std::string& verb = arguments.positional[0];
  PLEXUS_ASSIGN_OR_RETURN(std::unique_ptr<Installation> plexus, Installation::Open(arguments));
  if (verb == "list") return ListTenants(*plexus);
  if (verb == "add") {
    PLEXUS_ASSIGN_OR_RETURN(std::string path, arguments.Require("file"));
    PLEXUS_ASSIGN_OR_RETURN(std::string yaml, ReadFile(path));
    return AddTenant(*plexus, yaml);
  }
  if (verb == "remove") {
    PLEXUS_ASSIGN_OR_RETURN(std::string server_name, arguments.Require("server-name"));
    return RemoveTenant(*plexus, server_name);
  }
  return UsageError(absl::StrCat("\"", verb, "\" is none of add, remove, list"));
}

}  // namespace

absl::Status Tenant(const Words& words) {
  std::set<std::string> options = Installation::Options();
  options.insert({"file", "server-name"});
  PLEXUS_ASSIGN_OR_RETURN(Arguments arguments, ParseArguments(words, options));
  PLEXUS_ASSIGN_OR_RETURN(TenantReport report, Run(arguments));
  Table lines({"ADDRESS", "SERVER NAME", "STATE", "ERROR"});
  for (const TenantPlace& place : report.places) {
    lines.Add({place.address, place.server_name, place.state, place.error});
  }
  std::fputs(lines.Lines().c_str(), stdout);
  return report.status;
}

}  // namespace plexus
