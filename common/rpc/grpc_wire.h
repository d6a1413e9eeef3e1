// Plexus' statuses, messages and metadata in gRPC's types. Internal to common/rpc: includes grpcpp.
#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "common/rpc/method.h"

namespace plexus::rpc {

// Metadata keys.
inline constexpr char kRequestIdKey[] = "plexus-request-id";
inline constexpr char kTenantKey[] = "plexus-tenant";
inline constexpr char kCallerKey[] = "plexus-caller";
inline constexpr char kSecretKey[] = "plexus-secret";
inline constexpr char kTraceparentKey[] = "traceparent";

// Of one call's metadata, and so of a status with its details.
inline constexpr int kMaxMetadataBytes = 256 << 10;
// Of one message of a streamed answer.
inline constexpr size_t kChunkBytes = size_t{1} << 20;

grpc::Status ToGrpcStatus(const absl::Status& status);
absl::Status FromGrpcStatus(const grpc::Status& status);

grpc::ByteBuffer Serialize(const Message& message);
// InvalidArgument if `bytes` is not a `message`. Leaves `bytes` empty.
absl::Status Parse(grpc::ByteBuffer& bytes, Message& message);

}  // namespace plexus::rpc
