#include "common/rpc/grpc_wire.h"

#include <google/protobuf/message.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include "absl/strings/str_cat.h"
#include "common/rpc/status.h"

namespace plexus::rpc {

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

}  // namespace plexus::rpc
