#include "common/rpc/server.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "common/rpc/credentials.h"
#include "common/rpc/generic_service.h"
#include "common/rpc/grpc_wire.h"
#include "common/rpc/reply.h"
#include "common/rpc/unix_socket.h"

namespace plexus::rpc {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";
constexpr int kMaxConcurrentStreams = 10'000;       // of one connection
constexpr int kShortestPingIntervalMillis = 5'000;  // clients that ping more often are cut off

void SetLimits(const GrpcServerOptions& options, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.max_request_bytes));
  builder.SetMaxSendMessageSize(-1);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxConcurrentStreams);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kShortestPingIntervalMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // Two servers on one port would each get half of the connections.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

// `address` with the port that was bound, for TCP.
std::string BoundAddress(const std::string& address, int port) {
  if (IsUnixAddress(address)) return address;
  return absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
}

}  // namespace

struct GrpcServer::Impl {
  Impl(Registry& registry, const GrpcServerOptions& options)
      : health(std::make_shared<HealthBoard>()), service(registry, health, options.security, options.reflection) {}

  absl::Status Listen(const GrpcServerOptions& options) {
    PLEXUS_ASSIGN_OR_RETURN(std::shared_ptr<grpc::ServerCredentials> credentials,
                            MakeServerCredentials(options.security, options.address));
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(options.address, std::move(credentials), &port);
    builder.RegisterCallbackGenericService(&service);
    SetLimits(options, builder);
    server = builder.BuildAndStart();
    if (server == nullptr) return absl::UnavailableError(absl::StrCat("cannot listen on ", options.address));
    address = BoundAddress(options.address, port);
    return absl::OkStatus();
  }

  const std::shared_ptr<HealthBoard> health;
  GenericService service;
  std::unique_ptr<grpc::Server> server;
  std::string address;
  std::once_flag shut_down;
};

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(Registry& registry, GrpcServerOptions options) {
  PLEXUS_RETURN_IF_ERROR(CheckListener(options.security, options.address));
  const bool is_unix = IsUnixAddress(options.address);
  const std::string path = is_unix ? options.address.substr(kUnixPrefix.size()) : "";
  if (is_unix) PLEXUS_RETURN_IF_ERROR(ClearStaleSocket(path));
  auto impl = std::make_unique<Impl>(registry, options);
  PLEXUS_RETURN_IF_ERROR(impl->Listen(options));
  std::unique_ptr<GrpcServer> server(new GrpcServer(std::move(impl)));
  if (is_unix) PLEXUS_RETURN_IF_ERROR(SetSocketAccess(path, options.unix_mode, options.unix_group));
  return server;
}

GrpcServer::GrpcServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

GrpcServer::~GrpcServer() { Shutdown(absl::ZeroDuration()); }

const std::string& GrpcServer::address() const { return impl_->address; }

void GrpcServer::SetServing(std::string_view name, bool serving) { impl_->health->Set(name, serving); }

Task<bool> GrpcServer::Drain(absl::Duration within) {
  impl_->health->Close();
  return impl_->service.Drain(within);
}

void GrpcServer::Shutdown(absl::Duration within) {
  std::call_once(impl_->shut_down, [&] {
    impl_->health->Close();
    impl_->server->Shutdown(absl::ToChronoTime(absl::Now() + within));
  });
}

Task<void> GrpcServer::ShutdownAsync(absl::Duration within) {
  auto done = std::make_shared<Reply<bool>>(co_await boost::asio::this_coro::executor);
  std::thread blocking([this, within, done] {
    Shutdown(within);
    done->Set(true);
  });
  co_await done->Wait(absl::InfiniteDuration());
  blocking.join();
}

}  // namespace plexus::rpc
