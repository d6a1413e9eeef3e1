// plexus tenant: adds, removes and lists the homeservers of running processes.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "plexus/command.h"
#include "plexus/platform/v1/platform_service.pb.h"
#include "plexus/platform/v1/platform_service.rpc.h"
#include "plexus/rpc_client.h"

namespace plexus {
namespace {

using platform::v1::DirectoryService;
using platform::v1::TenantService;

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::stringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream in(path);
    if (!in) return absl::NotFoundError(absl::StrCat(path, " cannot be read"));
    text << in.rdbuf();
  }
  return text.str();
}

absl::StatusOr<platform::v1::GetDirectoryResponse> DirectoryOf(const std::string& address, const std::string& secret) {
  PLEXUS_ASSIGN_OR_RETURN(auto client, RpcClient::Connect(address, secret));
  return client->Call(DirectoryService::GetDirectory, platform::v1::GetDirectoryRequest());
}

// The address that was given, and every other process of its installation. Those without a database are in no
// directory: whom they ask for it knows them.
absl::StatusOr<std::set<std::string>> AllAddresses(const std::string& address, const std::string& secret) {
  PLEXUS_ASSIGN_OR_RETURN(auto first, DirectoryOf(address, secret));
  std::set<std::string> addresses = {address};
  for (const auto& process : first.processes()) {
    if (process.address().empty() || process.id() == first.process_id()) continue;
    addresses.insert(process.address());
  }
  for (const std::string& each : std::set<std::string>(addresses)) {
    PLEXUS_ASSIGN_OR_RETURN(auto directory, DirectoryOf(each, secret));
    for (const auto& observer : directory.observers()) addresses.insert(observer.address());
  }
  return addresses;
}

absl::Status Add(RpcClient& client, const std::string& address, const std::string& yaml) {
  platform::v1::AddTenantRequest request;
  request.set_config_yaml(yaml);
  PLEXUS_ASSIGN_OR_RETURN(auto added, client.Call(TenantService::AddTenant, std::move(request)));
  std::printf("%s\t%s\t%s\t%s\n", address.c_str(), added.tenant().server_name().c_str(), added.tenant().state().c_str(),
              added.tenant().error().c_str());
  if (added.tenant().state() != "running") return absl::InternalError(absl::StrCat(address, ": the tenant failed"));
  return absl::OkStatus();
}

absl::Status Remove(RpcClient& client, const std::string& address, const std::string& server_name) {
  platform::v1::RemoveTenantRequest request;
  request.set_server_name(server_name);
  PLEXUS_RETURN_IF_ERROR(client.Call(TenantService::RemoveTenant, std::move(request)).status());
  std::printf("%s\t%s\tremoved\n", address.c_str(), server_name.c_str());
  return absl::OkStatus();
}

absl::Status List(RpcClient& client, const std::string& address) {
  PLEXUS_ASSIGN_OR_RETURN(auto list, client.Call(TenantService::ListTenants, platform::v1::ListTenantsRequest()));
  for (const auto& tenant : list.tenants()) {
    std::printf("%s\t%s\t%s\t%s\n", address.c_str(), tenant.server_name().c_str(), tenant.state().c_str(),
                tenant.error().c_str());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Tenant(const Words& words) {
  PLEXUS_ASSIGN_OR_RETURN(Arguments arguments, ParseArguments(words, {"rpc", "file", "server-name", "secret-file"}));
  if (arguments.positional.size() != 1) return absl::InvalidArgumentError("say one of add, remove, list");
  const std::string& verb = arguments.positional[0];
  PLEXUS_ASSIGN_OR_RETURN(std::string address, arguments.Require("rpc"));
  std::string secret, yaml, server_name;
  if (const std::string path = arguments.Get("secret-file"); !path.empty()) {
    PLEXUS_ASSIGN_OR_RETURN(secret, ReadFile(path));
    secret = std::string(absl::StripSuffix(secret, "\n"));
  }
  if (verb == "add") {
    PLEXUS_ASSIGN_OR_RETURN(std::string path, arguments.Require("file"));
    PLEXUS_ASSIGN_OR_RETURN(yaml, ReadFile(path));
  } else if (verb == "remove") {
    PLEXUS_ASSIGN_OR_RETURN(server_name, arguments.Require("server-name"));
  } else if (verb != "list") {
    return absl::InvalidArgumentError(absl::StrCat("\"", verb, "\" is none of add, remove, list"));
  }
  PLEXUS_ASSIGN_OR_RETURN(std::set<std::string> addresses, AllAddresses(address, secret));
  absl::Status result;
  for (const std::string& each : addresses) {
    PLEXUS_ASSIGN_OR_RETURN(auto client, RpcClient::Connect(each, secret));
    if (verb == "add") result.Update(Add(*client, each, yaml));
    if (verb == "remove") result.Update(Remove(*client, each, server_name));
    if (verb == "list") result.Update(List(*client, each));
  }
  return result;
}

}  // namespace plexus
