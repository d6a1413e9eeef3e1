#include "common/rpc/grpc_wire.h"

#include <google/protobuf/message.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/rpc/status.h"

namespace plexus::rpc {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  return text.str();
}

}  // namespace

// The codes of absl and gRPC have the same numbers.
grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      EncodeStatusDetails(status));
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  return DecodeStatus(static_cast<absl::StatusCode>(status.error_code()), status.error_message(),
                      status.error_details());
}

grpc::ByteBuffer Serialize(const Message& message) {
  grpc::ByteBuffer bytes;
  bool own = false;
  grpc::GenericSerialize<grpc::ProtoBufferWriter, Message>(message, &bytes, &own);
  return bytes;
}

absl::Status Parse(grpc::ByteBuffer& bytes, Message& message) {
  const grpc::Status status = grpc::GenericDeserialize<grpc::ProtoBufferReader, Message>(&bytes, &message);
  bytes.Clear();
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("not a ", message.GetTypeName()));
}

absl::StatusOr<PemFiles> ReadPemFiles(const TransportSecurity& security) {
  PemFiles files;
  PLEXUS_ASSIGN_OR_RETURN(files.ca, ReadFile(security.ca_file));
  PLEXUS_ASSIGN_OR_RETURN(files.cert, ReadFile(security.cert_file));
  PLEXUS_ASSIGN_OR_RETURN(files.key, ReadFile(security.key_file));
  return files;
}

}  // namespace plexus::rpc
