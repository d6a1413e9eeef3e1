#include "common/rpc/grpc_channel.h"

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/channel_arguments.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/rpc/body_chunks.h"
#include "common/rpc/credentials.h"
#include "common/rpc/grpc_wire.h"
#include "common/rpc/reply.h"
#include "common/rpc/status.h"

namespace plexus::rpc {
namespace {

constexpr int kKeepaliveMillis = 20'000;
constexpr int kKeepaliveTimeoutMillis = 5'000;
constexpr int kConnectTimeoutMillis = 5'000;

grpc::ChannelArguments Arguments(const GrpcChannelOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(options.max_response_bytes));
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMillis);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMillis);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS,
                   static_cast<int>(options.min_backoff / absl::Milliseconds(1)));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, static_cast<int>(options.max_backoff / absl::Milliseconds(1)));
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectTimeoutMillis);  // this is what the name means
  // Within an installation: no proxies, no service configuration from DNS, no connections shared between channels.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return arguments;
}

// Spelled so that it differs from every peer's address: ClientCall tells by that whether a call got a connection.
std::string Target(const std::string& address) {
  constexpr std::string_view kUnixPrefix = "unix:";
  if (!IsUnixAddress(address)) return absl::StrCat("dns:///", address);
  return absl::StrCat("unix://", address.substr(kUnixPrefix.size()));
}

absl::Status WithCode(absl::StatusCode code, const absl::Status& from) {
  absl::Status status(code, from.message());
  from.ForEachPayload([&](std::string_view url, const absl::Cord& payload) { status.SetPayload(url, payload); });
  return status;
}

using Buffer = grpc::ByteBuffer;

// One call under way; lives until gRPC reports its end.
class ClientCall final : public grpc::ClientBidiReactor<Buffer, Buffer>,
                         public std::enable_shared_from_this<ClientCall> {
 public:
  ClientCall(const MethodInfo& method, Executor executor, const std::string& target, size_t max_joined_bytes)
      : reply(std::make_shared<Reply<AnyResponse>>(executor)),
        executor_(std::move(executor)),
        method_(method),
        target_(target),
        joiner_(method, max_joined_bytes) {}

  void Begin(grpc::GenericStub& stub, const Message& request) {
    request_ = Serialize(request);
    self_ = shared_from_this();
    if (!method_.streams) {
      stub.UnaryCall(&context, method_.grpc_path, {}, &request_, &response_,
                     [this](grpc::Status status) { EndUnary(std::move(status)); });
      return;
    }
    stub.PrepareBidiStreamingCall(&context, method_.grpc_path, {}, this);
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&response_);
    StartCall();
  }

  // By this side.
  void Cancel() {
    cancelled_ = true;
    context.TryCancel();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    absl::StatusOr<std::unique_ptr<Message>> part = Parsed();
    if (part.ok())
      failure_ = joiner_.Add(*std::move(part));
    else
      failure_ = part.status();
    if (!failure_.ok()) return Cancel();
    StartRead(&response_);
  }

  void OnDone(const grpc::Status& status) override {
    if (!failure_.ok()) return End(failure_);
    if (!status.ok()) return End(Failure(status));
    std::unique_ptr<Message> whole = joiner_.Finish();
    if (whole == nullptr) return End(absl::InternalError("a stream without an answer"));
    End(std::move(whole));
  }

  grpc::ClientContext context;
  const std::shared_ptr<Reply<AnyResponse>> reply;

 private:
  void EndUnary(grpc::Status status) {
    if (!status.ok()) return End(Failure(status));
    End(Parsed());
  }

  // The context holds gRPC's channel, and gRPC's threads must not destroy the last one (they would join themselves):
  // so the call ends on the caller's executor.
  void End(AnyResponse response) {
    boost::asio::post(executor_, [self = std::move(self_), response = std::move(response)]() mutable {
      self->reply->Set(std::move(response));
    });
  }

  AnyResponse Parsed() {
    std::unique_ptr<Message> message(method_.response_prototype->New());
    if (!Parse(response_, *message).ok()) {
      return absl::InternalError(absl::StrCat(method_.full_name, " answered what is not a ", message->GetTypeName()));
    }
    return message;
  }

  // Until a call is given to a connection, its peer is the channel's target. A server that stops cancels what it has,
  // and what comes in while it stops: if nobody cancelled the call here, it is the server that has gone.
  absl::Status Failure(const grpc::Status& status) {
    absl::Status failure = FromGrpcStatus(status);
    if (absl::IsCancelled(failure) && !cancelled_) {
      failure = WithCode(absl::StatusCode::kUnavailable, failure);
    }
    const bool unsent = absl::IsUnavailable(failure) && context.peer() == target_;
    return unsent ? NotExecuted(std::move(failure)) : failure;
  }

  const Executor executor_;
  const MethodInfo& method_;
  const std::string target_;
  Buffer request_;
  Buffer response_;
  BodyJoiner joiner_;
  absl::Status failure_;
  std::atomic<bool> cancelled_{false};
  std::shared_ptr<ClientCall> self_;
};

void SetUnlessEmpty(grpc::ClientContext& to, const char* key, const std::string& value) {
  if (!value.empty()) to.AddMetadata(key, value);
}

}  // namespace

struct GrpcChannel::Impl {
  Impl(std::string target_name, GrpcChannelOptions channel_options,
       std::shared_ptr<grpc::ChannelCredentials> credentials, const Clock& used_clock)
      : target(std::move(target_name)),
        options(std::move(channel_options)),
        clock(used_clock),
        stub(grpc::CreateCustomChannel(target, credentials, Arguments(options))) {}

  void WriteContext(const Context& from, grpc::ClientContext& to) const {
    SetUnlessEmpty(to, kRequestIdKey, from.request_id);
    SetUnlessEmpty(to, kTenantKey, from.tenant);
    SetUnlessEmpty(to, kCallerKey, from.caller.empty() ? options.caller : from.caller);
    SetUnlessEmpty(to, kTraceparentKey, from.traceparent);
    const auto secrets = options.security.secrets.Get();
    if (!secrets->empty()) to.AddMetadata(kSecretKey, secrets->front());
    if (from.deadline_nanos == 0) return;
    const std::chrono::nanoseconds left = absl::ToChronoNanoseconds(from.Remaining(clock));
    to.set_deadline(std::chrono::system_clock::now() + left);
  }

  const std::string target;
  const GrpcChannelOptions options;
  const Clock& clock;
  grpc::GenericStub stub;
};

absl::StatusOr<std::shared_ptr<GrpcChannel>> GrpcChannel::Create(std::string address, GrpcChannelOptions options,
                                                                 const Clock& clock) {
  PLEXUS_ASSIGN_OR_RETURN(std::shared_ptr<grpc::ChannelCredentials> credentials,
                          MakeChannelCredentials(options.security, address));
  return CreateWith(std::move(address), std::move(options), std::move(credentials), clock);
}

std::shared_ptr<GrpcChannel> GrpcChannel::CreateWith(std::string address, GrpcChannelOptions options,
                                                     std::shared_ptr<grpc::ChannelCredentials> credentials,
                                                     const Clock& clock) {
  auto impl = std::make_shared<Impl>(Target(address), std::move(options), std::move(credentials), clock);
  return std::shared_ptr<GrpcChannel>(new GrpcChannel(std::move(impl)));
}

GrpcChannel::GrpcChannel(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

GrpcChannel::~GrpcChannel() = default;

Task<AnyResponse> GrpcChannel::Call(Context context, const MethodInfo& method, std::shared_ptr<const Message> request) {
  const std::shared_ptr<Impl> impl = impl_;
  const Executor executor = co_await boost::asio::this_coro::executor;
  auto call = std::make_shared<ClientCall>(method, executor, impl->target, impl->options.max_joined_bytes);
  impl->WriteContext(context, call->context);
  Cancellation::Registration registration;
  if (context.cancellation != nullptr) {
    registration = context.cancellation->OnCancel([call] { call->Cancel(); });
  }
  call->Begin(impl->stub, *request);
  // gRPC keeps the deadline and reports every call's end.
  std::optional<AnyResponse> response = co_await call->reply->Wait(absl::InfiniteDuration());
  if (!response) co_return absl::InternalError("the executor has stopped");
  co_return *std::move(response);
}

}  // namespace plexus::rpc
