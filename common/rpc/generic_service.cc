#include "common/rpc/generic_service.h"

#include <google/protobuf/message.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/rpc/body_chunks.h"
#include "common/rpc/grpc_wire.h"
#include "common/rpc/reflection.h"
#include "common/rpc/status.h"

namespace plexus::rpc {
namespace {

std::string Metadata(const grpc::CallbackServerContext& context, const char* key) {
  const auto& all = context.client_metadata();
  auto it = all.find(key);
  return it == all.end() ? "" : std::string(it->second.data(), it->second.size());
}

int64_t DeadlineNanos(const grpc::CallbackServerContext& context, const Clock& clock) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return 0;
  const std::chrono::nanoseconds left = deadline - std::chrono::system_clock::now();
  return clock.BootNanos() + left.count();
}

Context ReadContext(const grpc::CallbackServerContext& from, const Clock& clock) {
  Context context;
  context.request_id = Metadata(from, kRequestIdKey);
  context.tenant = Metadata(from, kTenantKey);
  context.caller = Metadata(from, kCallerKey);
  context.traceparent = Metadata(from, kTraceparentKey);
  context.deadline_nanos = DeadlineNanos(from, clock);
  context.cancellation = std::make_shared<Cancellation>();
  return context;
}

// Answers with an error at once.
class Refusal final : public grpc::ServerGenericBidiReactor {
 public:
  explicit Refusal(const absl::Status& status) { Finish(ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

// One call: reads the request, lets the registry answer it, writes the answer in one message or in several. Deletes
// itself in OnDone, which comes only after Finish; the registry answers exactly once.
class ServerCall final : public grpc::ServerGenericBidiReactor {
 public:
  // `counted` has begun this call.
  ServerCall(Registry& registry, ServiceCalls& counted, const MethodInfo& method, Context context)
      : registry_(registry),
        counted_(counted),
        method_(method),
        context_(std::move(context)),
        cancellation_(context_.cancellation) {
    StartRead(&buffer_);
  }
  ~ServerCall() override { counted_.End(cancellation_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(ToGrpcStatus(absl::InvalidArgumentError("a call without a request")));
    std::unique_ptr<Message> request(method_.request_prototype->New());
    if (absl::Status status = Parse(buffer_, *request); !status.ok()) return Finish(ToGrpcStatus(status));
    registry_.Start(std::move(context_), method_, std::move(request), registry_.NextExecutor(), /*remote=*/true,
                    [this](AnyResponse response) { Answer(std::move(response)); });
  }

  // The client has gone, or its deadline has passed.
  void OnCancel() override { cancellation_->Cancel(); }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(ToGrpcStatus(absl::CancelledError("the client has gone")));
    WriteNext();
  }

  void OnDone() override { delete this; }

 private:
  void Answer(AnyResponse response) {
    if (!response.ok()) return Finish(ToGrpcStatus(response.status()));
    if (!method_.streams) return WriteLast(**response);
    splitter_.emplace(*std::move(response), method_, kChunkBytes);
    WriteNext();
  }

  void WriteNext() {
    std::unique_ptr<Message> part = splitter_->Next();
    if (splitter_->done()) return WriteLast(*part);
    buffer_ = Serialize(*part);
    StartWrite(&buffer_);
  }

  void WriteLast(const Message& message) {
    buffer_ = Serialize(message);
    StartWriteAndFinish(&buffer_, grpc::WriteOptions(), grpc::Status::OK);
  }

  Registry& registry_;
  ServiceCalls& counted_;
  const MethodInfo& method_;
  Context context_;
  const std::shared_ptr<Cancellation> cancellation_;
  grpc::ByteBuffer buffer_;
  std::optional<BodySplitter> splitter_;
};

}  // namespace

grpc::ServerGenericBidiReactor* GenericService::CreateReactor(grpc::GenericCallbackServerContext* context) {
  if (!security_.secrets.Accept(Metadata(*context, kSecretKey))) {
    return new Refusal(absl::UnauthenticatedError("wrong or missing plexus-secret"));
  }
  if (grpc::ServerGenericBidiReactor* health = NewHealthCall(context->method(), health_)) return health;
  if (reflection_ && IsReflectionPath(context->method())) return NewReflectionCall(registry_);
  absl::StatusOr<const MethodInfo*> method = FindMethodByPath(context->method());
  if (!method.ok()) return new Refusal(absl::UnimplementedError(method.status().message()));
  Context call = ReadContext(*context, registry_.clock());
  ServiceCalls& counted = (*method)->waits_for_news ? waiting_ : calls_;
  if (!counted.Begin(call.cancellation)) return new Refusal(NotExecuted(absl::UnavailableError("shutting down")));
  return new ServerCall(registry_, counted, **method, std::move(call));
}

Task<bool> GenericService::Drain(absl::Duration within) {
  for (ServiceCalls* calls : {&calls_, &waiting_}) calls->Close();
  waiting_.CancelAll();
  const bool finished = co_await calls_.Idle(within);
  const bool answered = co_await waiting_.Idle(Registry::kCancelGrace);
  co_return finished&& answered;
}

}  // namespace plexus::rpc
