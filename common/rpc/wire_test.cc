// What an ordinary gRPC client sees: generic stubs of the library, none of Plexus' own client.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/rpc/grpc_wire.h"
#include "common/rpc/server.h"
#include "common/rpc/testing/handlers.h"
#include "common/rpc/testing/io_threads.h"
#include "plexus/common/v1/health.pb.h"
#include "plexus/common/v1/reflection.pb.h"

namespace plexus::rpc {
namespace {

using namespace testing;  // NOLINT
using plexus::common::v1::HealthCheckRequest;
using plexus::common::v1::ServerReflectionRequest;
using plexus::common::v1::ServerReflectionResponse;

constexpr char kEchoPath[] = "/plexus.test.v1.TestService/Echo";
constexpr char kHealthPath[] = "/grpc.health.v1.Health/Check";

grpc::ByteBuffer Bytes(const std::string& text) {
  grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

std::string Text(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  EXPECT_TRUE(bytes.DumpToSingleSlice(&slice).ok());
  return std::string(reinterpret_cast<const char*>(slice.begin()), slice.size());
}

// Sends one message and collects every answer.
class Exchange final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Exchange(grpc::GenericStub& stub, const std::string& path, const Message& request) : request_(Serialize(request)) {
    stub.PrepareBidiStreamingCall(&context_, path, {}, this);
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&response_);
    StartCall();
  }
  ~Exchange() {
    context_.TryCancel();
    ended_.WaitForNotification();
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    {
      absl::MutexLock lock(&mutex_);
      answers.push_back(Text(response_));
    }
    StartRead(&response_);
  }
  void OnDone(const grpc::Status& status) override {
    status_ = status;
    ended_.Notify();
  }
  grpc::Status Wait() {
    ended_.WaitForNotification();
    return status_;
  }
  // The next answer that has not been taken, within ten seconds; else empty.
  std::string Next() {
    absl::MutexLock lock(&mutex_);
    const auto has_next = [this] { return answers.size() > taken_; };
    if (!mutex_.AwaitWithTimeout(absl::Condition(&has_next), absl::Seconds(10))) return "";
    return answers[taken_++];
  }

  std::vector<std::string> answers;  // all of them, once Wait() has returned

 private:
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  absl::Mutex mutex_;
  size_t taken_ = 0;
  grpc::Status status_;
  absl::Notification ended_;
};

class WireTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(registry.Handle(TestService::Echo, testing::Echo).ok());
    server = *GrpcServer::Start(registry, {.address = "127.0.0.1:0"});
    stub =
        std::make_unique<grpc::GenericStub>(grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials()));
  }

  grpc::Status Unary(const std::string& path, const std::string& request, std::string* response = nullptr) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    const grpc::ByteBuffer in = Bytes(request);
    grpc::ByteBuffer out;
    std::promise<grpc::Status> done;
    stub->UnaryCall(&context, path, {}, &in, &out, [&](grpc::Status status) { done.set_value(std::move(status)); });
    grpc::Status status = done.get_future().get();
    if (status.ok() && response != nullptr) *response = Text(out);
    return status;
  }
  ServerReflectionResponse Reflect(const std::string& version, const ServerReflectionRequest& request) {
    Exchange exchange(*stub, "/grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo", request);
    EXPECT_TRUE(exchange.Wait().ok());
    ServerReflectionResponse response;
    EXPECT_TRUE(exchange.answers.size() == 1 && response.ParseFromString(exchange.answers.front()));
    return response;
  }

  IoThreads io;
  Registry registry{io.executors(), {}};
  std::unique_ptr<GrpcServer> server;
  std::unique_ptr<grpc::GenericStub> stub;
};

TEST_F(WireTest, AnswersAnOrdinaryUnaryCall) {
  std::string answer;
  ASSERT_TRUE(Unary(kEchoPath, EchoOf("plain").SerializeAsString(), &answer).ok());
  EchoResponse response;
  ASSERT_TRUE(response.ParseFromString(answer));
  EXPECT_EQ(response.text(), "plain");
}

TEST_F(WireTest, RefusesMalformedBytes) {
  EXPECT_EQ(Unary(kEchoPath, "\xff\xff\xff").error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(WireTest, RefusesUnknownMethodsAndServices) {
  for (const char* path : {"/plexus.test.v1.TestService/Nothing", "/no.such.Service/Echo", "/x"}) {
    EXPECT_EQ(Unary(path, "").error_code(), grpc::StatusCode::UNIMPLEMENTED) << path;
  }
}

TEST_F(WireTest, ReportsHealthByName) {
  const std::string ask_room = "\x0a\x04room";  // HealthCheckRequest{service: "room"}
  const std::string serving = "\x08\x01";       // HealthCheckResponse{status: SERVING}
  const std::string not_serving = "\x08\x02";
  std::string answer;
  ASSERT_TRUE(Unary(kHealthPath, "", &answer).ok());
  EXPECT_EQ(answer, not_serving) << "nobody has said that the server serves";
  server->SetServing("", true);
  ASSERT_TRUE(Unary(kHealthPath, "", &answer).ok());
  EXPECT_EQ(answer, serving);
  EXPECT_EQ(Unary(kHealthPath, ask_room).error_code(), grpc::StatusCode::NOT_FOUND);
  server->SetServing("room", true);
  ASSERT_TRUE(Unary(kHealthPath, ask_room, &answer).ok());
  EXPECT_EQ(answer, serving);
  server->SetServing("room", false);
  ASSERT_TRUE(Unary(kHealthPath, ask_room, &answer).ok());
  EXPECT_EQ(answer, not_serving);
}

TEST_F(WireTest, TellsWhoWatchesEachChangeAndEndsAtShutdown) {
  HealthCheckRequest request;
  request.set_service("room");
  server->SetServing("room", true);
  Exchange watch(*stub, "/grpc.health.v1.Health/Watch", request);
  EXPECT_EQ(watch.Next(), "\x08\x01");
  server->SetServing("other", true);
  server->SetServing("room", false);
  EXPECT_EQ(watch.Next(), "\x08\x02");
  server->SetServing("room", true);
  EXPECT_EQ(watch.Next(), "\x08\x01");
  const absl::Time began = absl::Now();
  server->Shutdown(absl::Seconds(20));
  EXPECT_EQ(watch.Next(), "\x08\x02");
  EXPECT_EQ(watch.Wait().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_LT(absl::Now() - began, absl::Seconds(10)) << "a client that watches holds nothing up";
}

TEST_F(WireTest, TellsWhoWatchesAnUnknownNameWhenItBecomesKnown) {
  HealthCheckRequest request;
  request.set_service("later");
  Exchange watch(*stub, "/grpc.health.v1.Health/Watch", request);
  EXPECT_EQ(watch.Next(), "\x08\x03");
  server->SetServing("later", true);
  EXPECT_EQ(watch.Next(), "\x08\x01");
}

TEST_F(WireTest, AnswersNothingWithoutTheSecret) {
  server = *GrpcServer::Start(registry, {.address = "127.0.0.1:0", .security = {.secrets = {"s"}}});
  stub =
      std::make_unique<grpc::GenericStub>(grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials()));
  for (const char* path : {kEchoPath, kHealthPath, "/no.such.Service/Method"}) {
    EXPECT_EQ(Unary(path, "").error_code(), grpc::StatusCode::UNAUTHENTICATED) << path;
  }
  for (const char* path : {"/grpc.health.v1.Health/Watch", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                           "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"}) {
    Exchange exchange(*stub, path, HealthCheckRequest());
    EXPECT_EQ(exchange.Wait().error_code(), grpc::StatusCode::UNAUTHENTICATED) << path;
    EXPECT_TRUE(exchange.answers.empty()) << path;
  }
}

TEST_F(WireTest, ReflectsItsServices) {
  ServerReflectionRequest request;
  request.set_list_services("*");
  for (const char* version : {"v1", "v1alpha"}) {
    ServerReflectionResponse response = Reflect(version, request);
    ASSERT_EQ(response.list_services_response().service_size(), 1);
    EXPECT_EQ(response.list_services_response().service(0).name(), TestService::kName);
  }
}

TEST_F(WireTest, ReflectsAFileWithAllThatItImports) {
  ServerReflectionRequest request;
  request.set_file_containing_symbol("plexus.test.v1.TestService.Echo");
  std::vector<std::string> names;
  const ServerReflectionResponse response = Reflect("v1", request);
  for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
    google::protobuf::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(bytes));
    names.push_back(file.name());
  }
  EXPECT_THAT(names, ::testing::ElementsAre("plexus/test/v1/test_service.proto", "plexus/common/v1/routing.proto",
                                            "google/protobuf/descriptor.proto"));
  request.set_file_containing_symbol("no.such.Symbol");
  EXPECT_EQ(Reflect("v1", request).error_response().error_code(), 5);
}

TEST_F(WireTest, ReflectsExtensions) {
  constexpr char kOptions[] = "google.protobuf.MethodOptions";
  constexpr int kRouteBy = 50001;
  ServerReflectionRequest request;
  request.set_all_extension_numbers_of_type(kOptions);
  const auto numbers = Reflect("v1", request).all_extension_numbers_response();
  EXPECT_EQ(numbers.base_type_name(), kOptions);
  EXPECT_THAT(numbers.extension_number(), ::testing::Contains(kRouteBy));
  request.mutable_file_containing_extension()->set_containing_type(kOptions);
  request.mutable_file_containing_extension()->set_extension_number(kRouteBy);
  EXPECT_GT(Reflect("v1alpha", request).file_descriptor_response().file_descriptor_proto_size(), 0);
  request.mutable_file_containing_extension()->set_extension_number(1);
  EXPECT_EQ(Reflect("v1", request).error_response().error_code(), 5);
}

}  // namespace
}  // namespace plexus::rpc
