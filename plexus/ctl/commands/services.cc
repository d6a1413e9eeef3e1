// plexusctl services and describe: what can be called.
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/status_macros.h"
#include "plexus/ctl/commands.h"
#include "plexus/ctl/server_schema.h"

namespace plexus::ctl {
namespace {

// The definition, as the .proto has it; empty if there is no such symbol.
std::string Definition(const google::protobuf::DescriptorPool& pool, const std::string& symbol) {
  if (const auto* service = pool.FindServiceByName(symbol)) return service->DebugString();
  if (const auto* method = pool.FindMethodByName(symbol)) {
    return absl::StrCat(method->DebugString(), method->input_type()->DebugString(),
                        method->output_type()->DebugString());
  }
  if (const auto* message = pool.FindMessageTypeByName(symbol)) return message->DebugString();
  if (const auto* values = pool.FindEnumTypeByName(symbol)) return values->DebugString();
  return "";
}

}  // namespace

absl::Status Services(const Command& command) {
  PLEXUS_ASSIGN_OR_RETURN(auto services, ServedServices(command.plexus));
  Table table({"SERVICE", "METHODS", "ADDRESSES"});
  for (const auto& [name, addresses] : services) {
    PLEXUS_ASSIGN_OR_RETURN(std::unique_ptr<ServerSchema> schema, ServerSchema::Load(command.plexus, name));
    table.Add({name, schema->pool().FindServiceByName(name)->method_count(),
               json::Array(addresses.begin(), addresses.end())});
  }
  command.Print(table);
  return absl::OkStatus();
}

absl::Status Describe(const Command& command) {
  if (command.arguments.positional.size() != 1) return UsageError("say one service, SERVICE/METHOD or message");
  std::string symbol = absl::StrReplaceAll(command.arguments.positional[0], {{"/", "."}});
  if (!symbol.starts_with("plexus.")) {  // a service or method without its package
    const std::string name = symbol.substr(0, symbol.find('.'));
    PLEXUS_ASSIGN_OR_RETURN(std::string service, ResolveService(command.plexus, name));
    symbol = service + symbol.substr(name.size());
  }
  PLEXUS_ASSIGN_OR_RETURN(std::unique_ptr<ServerSchema> schema, ServerSchema::Load(command.plexus, symbol));
  std::fputs(Definition(schema->pool(), symbol).c_str(), stdout);
  return absl::OkStatus();
}

}  // namespace plexus::ctl
