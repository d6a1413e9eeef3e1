// gRPC server reflection, for grpcurl and its like. Internal to common/rpc: includes grpcpp.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <string_view>

#include "common/rpc/registry.h"

namespace plexus::rpc {

// grpc.reflection.v1 and v1alpha, whose messages are the same.
bool IsReflectionPath(std::string_view path);

// Serves one ServerReflectionInfo stream: the registry's services, and any file among the linked descriptors. Deletes
// itself when the call is done.
grpc::ServerGenericBidiReactor* NewReflectionCall(const Registry& registry);

}  // namespace plexus::rpc
