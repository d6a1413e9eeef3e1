#include "common/rpc/reflection.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "common/rpc/grpc_wire.h"
#include "plexus/common/v1/reflection.pb.h"

namespace plexus::rpc {
namespace {

namespace pb = google::protobuf;
using plexus::common::v1::ExtensionRequest;
using plexus::common::v1::FileDescriptorResponse;
using plexus::common::v1::ServerReflectionRequest;
using plexus::common::v1::ServerReflectionResponse;

void SetNotFound(ServerReflectionResponse& response) {
  response.mutable_error_response()->set_error_code(static_cast<int>(absl::StatusCode::kNotFound));
  response.mutable_error_response()->set_error_message("not found");
}

// `file` and all that it imports.
void AddFile(const pb::FileDescriptor& file, absl::flat_hash_set<const pb::FileDescriptor*>& seen,
             FileDescriptorResponse& out) {
  if (!seen.insert(&file).second) return;
  pb::FileDescriptorProto proto;
  file.CopyTo(&proto);
  out.add_file_descriptor_proto(proto.SerializeAsString());
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), seen, out);
}

void SetFile(const pb::FileDescriptor* file, ServerReflectionResponse& response) {
  if (file == nullptr) return SetNotFound(response);
  absl::flat_hash_set<const pb::FileDescriptor*> seen;
  AddFile(*file, seen, *response.mutable_file_descriptor_response());
}

const pb::FileDescriptor* FileOfExtension(const pb::DescriptorPool& pool, const ExtensionRequest& request) {
  const pb::Descriptor* type = pool.FindMessageTypeByName(request.containing_type());
  if (type == nullptr) return nullptr;
  const pb::FieldDescriptor* extension = pool.FindExtensionByNumber(type, request.extension_number());
  return extension == nullptr ? nullptr : extension->file();
}

void SetExtensionNumbers(const pb::DescriptorPool& pool, const std::string& name, ServerReflectionResponse& response) {
  const pb::Descriptor* type = pool.FindMessageTypeByName(name);
  if (type == nullptr) return SetNotFound(response);
  std::vector<const pb::FieldDescriptor*> extensions;
  pool.FindAllExtensions(type, &extensions);
  auto* answer = response.mutable_all_extension_numbers_response();
  answer->set_base_type_name(type->full_name());
  for (const pb::FieldDescriptor* extension : extensions) answer->add_extension_number(extension->number());
}

ServerReflectionResponse Answer(const ServerReflectionRequest& request, const Registry& registry) {
  const pb::DescriptorPool& pool = *pb::DescriptorPool::generated_pool();
  ServerReflectionResponse response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case ServerReflectionRequest::kListServices:
      response.mutable_list_services_response();
      for (const std::string& name : registry.Services()) {
        response.mutable_list_services_response()->add_service()->set_name(name);
      }
      break;
    case ServerReflectionRequest::kFileByFilename:
      SetFile(pool.FindFileByName(request.file_by_filename()), response);
      break;
    case ServerReflectionRequest::kFileContainingSymbol:
      SetFile(pool.FindFileContainingSymbol(request.file_containing_symbol()), response);
      break;
    case ServerReflectionRequest::kFileContainingExtension:
      SetFile(FileOfExtension(pool, request.file_containing_extension()), response);
      break;
    case ServerReflectionRequest::kAllExtensionNumbersOfType:
      SetExtensionNumbers(pool, request.all_extension_numbers_of_type(), response);
      break;
    default: SetNotFound(response);
  }
  return response;
}

class ReflectionCall final : public grpc::ServerGenericBidiReactor {
 public:
  explicit ReflectionCall(const Registry& registry) : registry_(registry) { StartRead(&buffer_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    ServerReflectionRequest request;
    if (absl::Status status = Parse(buffer_, request); !status.ok()) return Finish(ToGrpcStatus(status));
    buffer_ = Serialize(Answer(request, registry_));
    StartWrite(&buffer_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    buffer_.Clear();
    StartRead(&buffer_);
  }

  void OnDone() override { delete this; }

 private:
  const Registry& registry_;
  grpc::ByteBuffer buffer_;
};

}  // namespace

bool IsReflectionPath(std::string_view path) {
  return path == "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo" ||
         path == "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
}

grpc::ServerGenericBidiReactor* NewReflectionCall(const Registry& registry) { return new ReflectionCall(registry); }

}  // namespace plexus::rpc
