// plexusctl call: any RPC, by what the server says of itself.
#include <google/protobuf/message.h>

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "plexus/ctl/commands.h"
#include "plexus/ctl/message_json.h"
#include "plexus/ctl/server_schema.h"

namespace plexus::ctl {
namespace {

absl::StatusOr<const google::protobuf::MethodDescriptor*> FindMethod(const ServerSchema& schema,
                                                                     const std::string& service_name,
                                                                     const std::string& method_name) {
  const auto* service = schema.pool().FindServiceByName(service_name);
  if (const auto* method = service->FindMethodByName(method_name)) return method;
  std::vector<std::string> names;
  for (int i = 0; i < service->method_count(); ++i) names.push_back(service->method(i)->name());
  return UsageError(
      absl::StrCat(service_name, " has no method \"", method_name, "\"; allowed: ", absl::StrJoin(names, ", ")));
}

// Tools for the whole process need none.
absl::StatusOr<std::string> TenantFor(const Command& command, const std::string& service) {
  const bool is_of_process = service.starts_with("plexus.platform.") && !command.arguments.Has("tenant");
  return is_of_process ? "" : command.Tenant();
}

}  // namespace

absl::Status Call(const Command& command) {
  const auto& words = command.arguments.positional;
  const size_t slash = words.empty() ? std::string::npos : words[0].rfind('/');
  if (slash == std::string::npos || words.size() > 2)
    return UsageError("say SERVICE/METHOD and a JSON object, or - for standard input");
  std::string text = words.size() == 2 ? words[1] : "{}";
  if (text == "-") {
    PLEXUS_ASSIGN_OR_RETURN(text, ReadFile("-"));
  }
  PLEXUS_ASSIGN_OR_RETURN(std::string service, ResolveService(command.plexus, words[0].substr(0, slash)));
  PLEXUS_ASSIGN_OR_RETURN(std::unique_ptr<ServerSchema> schema, ServerSchema::Load(command.plexus, service));
  PLEXUS_ASSIGN_OR_RETURN(const auto* method, FindMethod(*schema, service, words[0].substr(slash + 1)));
  const rpc::MethodInfo info = schema->InfoOf(*method);
  std::shared_ptr<google::protobuf::Message> request(info.request_prototype->New());
  PLEXUS_RETURN_IF_ERROR(MessageFromJson(text, *request));
  PLEXUS_ASSIGN_OR_RETURN(std::string tenant, TenantFor(command, service));
  PLEXUS_ASSIGN_OR_RETURN(std::unique_ptr<rpc::Message> response,
                          command.plexus.CallRoutedAny(info, std::move(request), tenant));
  PLEXUS_ASSIGN_OR_RETURN(std::string answer, MessageToJson(*response));
  std::printf("%s\n", answer.c_str());
  return absl::OkStatus();
}

}  // namespace plexus::ctl
