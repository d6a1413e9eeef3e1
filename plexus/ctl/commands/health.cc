// plexusctl health: every process, its roles, and whether it serves.
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "plexus/common/v1/health.pb.h"
#include "plexus/ctl/commands.h"

namespace plexus::ctl {
namespace {

using common::v1::HealthCheckRequest;
using common::v1::HealthCheckResponse;

const rpc::MethodInfo& CheckMethod() {
  static const auto* const info = new rpc::MethodInfo{
      .full_name = "grpc.health.v1.Health.Check",
      .service = "grpc.health.v1.Health",
      .grpc_path = "/grpc.health.v1.Health/Check",
      .request_prototype = &HealthCheckRequest::default_instance(),
      .response_prototype = &HealthCheckResponse::default_instance(),
  };
  return *info;
}

// OK if `name` (a role, or "" for the whole process) serves at `address`.
absl::Status Check(Installation& plexus, const std::string& address, const std::string& name) {
  auto request = std::make_shared<HealthCheckRequest>();
  request->set_service(name);
  PLEXUS_ASSIGN_OR_RETURN(std::unique_ptr<rpc::Message> response,
                          plexus.CallAny(address, CheckMethod(), std::move(request), ""));
  if (static_cast<const HealthCheckResponse&>(*response).status() == common::v1::SERVING_STATUS_SERVING) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(name.empty() ? "not serving" : absl::StrCat(name, " is not serving"));
}

}  // namespace

absl::Status Health(const Command& command) {
  PLEXUS_ASSIGN_OR_RETURN(std::vector<platform::v1::Process> processes, command.plexus.Processes());
  Table table({"PROCESS", "ADDRESS", "ROLES", "READY", "WHY"});
  int unready = 0;
  for (const platform::v1::Process& process : processes) {
    absl::Status status = absl::UnavailableError("takes no calls");
    if (!process.address().empty()) status = Check(command.plexus, process.address(), "");
    json::Array roles;
    for (const std::string& role : process.roles()) {
      roles.emplace_back(role);
      if (status.ok()) status = Check(command.plexus, process.address(), role);
    }
    unready += status.ok() ? 0 : 1;
    table.Add({process.id(), process.address(), std::move(roles), status.ok(), std::string(status.message())});
  }
  command.Print(table);
  if (unready == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(unready, " of ", table.size(), " processes are not ready"));
}

}  // namespace plexus::ctl
