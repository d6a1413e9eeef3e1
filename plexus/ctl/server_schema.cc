#include "plexus/ctl/server_schema.h"

#include <google/protobuf/descriptor.pb.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "plexus/common/v1/reflection.pb.h"

namespace plexus {
namespace {

namespace pb = google::protobuf;
using common::v1::ServerReflectionRequest;
using common::v1::ServerReflectionResponse;

const rpc::MethodInfo& ReflectionMethod() {
  static const auto* const info = new rpc::MethodInfo{
      .full_name = "grpc.reflection.v1.ServerReflection.ServerReflectionInfo",
      .service = "grpc.reflection.v1.ServerReflection",
      .grpc_path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
      .request_prototype = &ServerReflectionRequest::default_instance(),
      .response_prototype = &ServerReflectionResponse::default_instance(),
      .streams = true,
  };
  return *info;
}

absl::StatusOr<ServerReflectionResponse> Ask(Installation& plexus, const std::string& address,
                                             ServerReflectionRequest request) {
  auto message = std::make_shared<const ServerReflectionRequest>(std::move(request));
  PLEXUS_ASSIGN_OR_RETURN(std::unique_ptr<rpc::Message> response,
                          plexus.CallAny(address, ReflectionMethod(), std::move(message), ""));
  return std::move(static_cast<ServerReflectionResponse&>(*response));
}

// Adds a file after those that it imports.
absl::Status Build(const std::string& name, const std::map<std::string, pb::FileDescriptorProto>& files,
                   pb::DescriptorPool& pool) {
  if (pool.FindFileByName(name) != nullptr) return absl::OkStatus();
  auto file = files.find(name);
  if (file == files.end()) return absl::InternalError(absl::StrCat("the server did not send ", name));
  for (const std::string& import : file->second.dependency()) PLEXUS_RETURN_IF_ERROR(Build(import, files, pool));
  if (pool.BuildFile(file->second) != nullptr) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the server's ", name, " cannot be read"));
}

}  // namespace

absl::StatusOr<std::map<std::string, std::vector<std::string>>> ServedServices(Installation& plexus) {
  std::map<std::string, std::vector<std::string>> services;
  PLEXUS_ASSIGN_OR_RETURN(std::vector<std::string> addresses, plexus.Addresses());
  for (const std::string& address : addresses) {
    ServerReflectionRequest request;
    request.set_list_services("*");
    PLEXUS_ASSIGN_OR_RETURN(ServerReflectionResponse response, Ask(plexus, address, std::move(request)));
    for (const auto& service : response.list_services_response().service()) {
      services[service.name()].push_back(address);
    }
  }
  return services;
}

absl::StatusOr<std::string> ResolveService(Installation& plexus, const std::string& name) {
  PLEXUS_ASSIGN_OR_RETURN(auto services, ServedServices(plexus));
  if (services.contains(name)) return name;
  std::vector<std::string> names;
  for (const auto& [service, addresses] : services) {
    if (service.ends_with("." + name)) return service;
    names.push_back(service);
  }
  return UsageError(absl::StrCat("there is no service \"", name, "\"; allowed: ", absl::StrJoin(names, ", ")));
}

absl::StatusOr<std::unique_ptr<ServerSchema>> ServerSchema::Load(Installation& plexus, const std::string& symbol) {
  ServerReflectionRequest request;
  request.set_file_containing_symbol(symbol);
  PLEXUS_ASSIGN_OR_RETURN(ServerReflectionResponse response, Ask(plexus, plexus.address(), std::move(request)));
  if (response.has_error_response()) {
    return UsageError(
        absl::StrCat("there is no \"", symbol, "\"; allowed: a service, method or message by its full name"));
  }
  std::map<std::string, pb::FileDescriptorProto> files;
  for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
    pb::FileDescriptorProto file;
    if (!file.ParseFromString(bytes)) return absl::InternalError("the server's descriptors cannot be read");
    std::string name = file.name();
    files[std::move(name)] = std::move(file);
  }
  auto schema = std::make_unique<ServerSchema>();
  for (const auto& [name, file] : files) PLEXUS_RETURN_IF_ERROR(Build(name, files, schema->pool_));
  return schema;
}

rpc::MethodInfo ServerSchema::InfoOf(const pb::MethodDescriptor& method) {
  rpc::MethodInfo info;
  info.full_name = method.full_name();
  info.service = method.service()->full_name();
  info.grpc_path = absl::StrCat("/", info.service, "/", method.name());
  info.request_prototype = Prototype(*method.input_type());
  info.response_prototype = Prototype(*method.output_type());
  info.streams = method.server_streaming();
  if (info.streams) info.body_field = method.output_type()->FindFieldByName(rpc::kBodyField);
  return info;
}

}  // namespace plexus
