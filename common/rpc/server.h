// The gRPC listener of a process: whatever its Registry handles, over TCP or a UNIX socket.
#pragma once

#include <sys/types.h>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/task.h"
#include "common/rpc/registry.h"
#include "common/rpc/transport_security.h"

namespace plexus::rpc {

struct GrpcServerOptions {
  std::string address;  // "host:port" (port 0: any free one), "[::1]:port" or "unix:/path"
  TransportSecurity security;
  mode_t unix_mode = 0660;  // of the socket file
  std::string unix_group;   // group of the socket file; the process' own if empty
  size_t max_request_bytes = size_t{32} << 20;
  bool reflection = true;
};

// Serves grpc.health.v1.Health and grpc.reflection.{v1,v1alpha}.ServerReflection besides the registry's services.
// Requests carry the metadata plexus-request-id, plexus-tenant, plexus-caller, traceparent and, if secrets are
// configured, plexus-secret: without it whatever is asked, health and reflection too, is Unauthenticated. Thread-safe.
class GrpcServer {
 public:
  // Binds and serves. `registry` must outlive the server, and its io executors must run until Shutdown has returned.
  // Unavailable if the address is taken; InvalidArgument, FailedPrecondition as CheckListener; NotFound for missing
  // PEM files or group. A socket file that nobody listens on is replaced.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(Registry& registry, GrpcServerOptions options);
  // Shuts down at once if that has not been done.
  ~GrpcServer();

  // Where clients connect: the address with the port that was bound.
  const std::string& address() const;

  // What the health service says of a service or role (any name); "" is the whole server, which does not serve until
  // it is said to. From Drain or Shutdown on nothing does.
  void SetServing(std::string_view name, bool serving);

  // Answers new calls with Unavailable, not executed, so that their callers turn to another process; has those answer
  // that wait for news; waits up to `within` for the others. False if some are being handled still.
  Task<bool> Drain(absl::Duration within);
  // Refuses new calls, waits up to `within` for those being handled, cancels those left and waits for their handlers'
  // answers to be dropped. Leaves no thread, connection or socket file of this server. Blocks: call it from a thread
  // that runs no io executor. Later calls return when the first has.
  void Shutdown(absl::Duration within);
  // The same from a coroutine, on a thread of its own.
  Task<void> ShutdownAsync(absl::Duration within);

 private:
  struct Impl;
  explicit GrpcServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace plexus::rpc
