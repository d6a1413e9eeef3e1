// plexusctl tenants: the homeservers of the running processes.
#include <map>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "plexus/ctl/commands.h"
#include "plexus/ctl/tenants.h"

namespace plexus::ctl {
namespace {

// One row for each process.
void PrintPlaces(const Command& command, const TenantReport& report) {
  Table table({"SERVER NAME", "ADDRESS", "STATE", "ERROR"});
  for (const TenantPlace& place : report.places) {
    table.Add({place.server_name, place.address, place.state, place.error});
  }
  command.Print(table);
}

// One row for each tenant: its states, and why it does not run somewhere.
absl::Status List(const Command& command) {
  struct Summary {
    std::map<std::string, int> states;
    int processes = 0;
    std::string error;
  };
  const TenantReport report = ListTenants(command.plexus);
  std::map<std::string, Summary> tenants;
  for (const TenantPlace& place : report.places) {
    Summary& summary = tenants[place.server_name];
    ++summary.processes;
    ++summary.states[place.state];
    if (!place.error.empty()) summary.error = absl::StrCat(place.address, ": ", place.error);
  }
  Table table({"SERVER NAME", "STATES", "PROCESSES", "ERROR"});
  for (const auto& [name, summary] : tenants) {
    json::Array states;
    for (const auto& [state, count] : summary.states) states.emplace_back(state);
    table.Add({name, std::move(states), summary.processes, summary.error});
  }
  command.Print(table);
  return report.status;
}

absl::Status Status(const Command& command) {
  PLEXUS_ASSIGN_OR_RETURN(std::string name, command.Name("server name"));
  TenantReport report = ListTenants(command.plexus);
  std::erase_if(report.places, [&](const TenantPlace& place) { return place.server_name != name; });
  PrintPlaces(command, report);
  if (report.status.ok() && report.places.empty()) {
    return absl::NotFoundError(absl::StrCat("no process has the tenant ", name));
  }
  return report.status;
}

absl::Status Add(const Command& command) {
  PLEXUS_ASSIGN_OR_RETURN(std::string path, command.Name("YAML file, or - for standard input"));
  PLEXUS_ASSIGN_OR_RETURN(std::string yaml, ReadFile(path));
  const TenantReport report = AddTenant(command.plexus, yaml);
  PrintPlaces(command, report);
  return report.status;
}

absl::Status Remove(const Command& command) {
  PLEXUS_ASSIGN_OR_RETURN(std::string name, command.Name("server name"));
  const TenantReport report = RemoveTenant(command.plexus, name);
  PrintPlaces(command, report);
  return report.status;
}

}  // namespace

absl::Status Tenants(const Command& command) {
  const auto& words = command.arguments.positional;
  const std::string verb = words.empty() ? "list" : words[0];
  if (verb == "list") return List(command);
  if (verb == "status") return Status(command);
  if (verb == "add") return Add(command);
  if (verb == "remove") return Remove(command);
  return UsageError(absl::StrCat("\"", verb, "\" is none of list, status, add, remove"));
}

}  // namespace plexus::ctl
