// gRPC's credentials for a TransportSecurity. Internal to common/rpc: includes grpcpp.
#pragma once

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/rpc/transport_security.h"

namespace plexus::rpc {

// For a listener or a connection at `address`. NotFound if a PEM file cannot be read, InvalidArgument as CheckSecurity.
// Those with TLS read their files again every `tls_refresh_seconds`, on a thread that lives as long as they do: make
// them once for many channels.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(const TransportSecurity& security,
                                                                               std::string_view address);
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(const TransportSecurity& security,
                                                                                 std::string_view address);

}  // namespace plexus::rpc
