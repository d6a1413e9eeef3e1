#include "common/rpc/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "common/base/matrix_error.h"
#include "common/rpc/grpc_channel.h"
#include "common/rpc/status.h"
#include "common/rpc/testing/handlers.h"
#include "common/rpc/testing/io_threads.h"

namespace plexus::rpc {
namespace {

using namespace testing;  // NOLINT

std::string SocketPath(std::string_view name) {
  return absl::StrCat(::testing::TempDir(), "plexus-", name, "-", getpid(), ".sock");
}

Task<absl::StatusOr<DownloadResponse>> Download(const Context&, const DownloadRequest& request) {
  DownloadResponse response;
  response.set_content_type("application/json");
  std::string body(static_cast<size_t>(request.size()), '\0');
  for (size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i % 251);
  response.set_body_json(std::move(body));
  co_return response;
}

Task<absl::StatusOr<DownloadResponse>> CallDownload(Channel& channel, int64_t size) {
  DownloadRequest request;
  request.set_size(size);
  Context context = Within(absl::Seconds(20));
  co_return co_await Call(channel, context, TestService::Download, request);
}

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(registry.Handle(TestService::Download, Download).ok()); }
  void TearDown() override {
    server.reset();
    EXPECT_TRUE(io.Run(registry.Drain("", absl::Seconds(5))).ok());
  }

  void Serve(GrpcServerOptions options = {}) {
    if (options.address.empty()) options.address = "127.0.0.1:0";
    auto started = GrpcServer::Start(registry, options);
    ASSERT_TRUE(started.ok()) << started.status();
    server = *std::move(started);
  }
  template <typename F>
  void HandleEcho(F handler) {
    ASSERT_TRUE(registry.Handle(TestService::Echo, handler).ok());
  }
  std::shared_ptr<GrpcChannel> Connect(GrpcChannelOptions options = {}) {
    return *GrpcChannel::Create(server->address(), options);
  }
  absl::StatusOr<std::string> Echo(Channel& channel, Context context = Within(absl::Seconds(10)),
                                   std::string text = "hello") {
    return io.Run(CallEcho(channel, context, text));
  }

  IoThreads io;
  Registry registry{io.executors(), {}};
  std::unique_ptr<GrpcServer> server;
};

TEST_F(ServerTest, AnswersOverTcp) {
  HandleEcho(testing::Echo);
  Serve();
  EXPECT_EQ(*Echo(*Connect()), "hello");
}

TEST_F(ServerTest, AnswersOverAUnixSocketWithItsMode) {
  HandleEcho(testing::Echo);
  const std::string path = SocketPath("mode");
  Serve({.address = "unix:" + path, .unix_mode = 0600});
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(*Echo(*Connect()), "hello");
  server.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ServerTest, ReplacesAStaleSocket) {
  const std::string path = SocketPath("stale");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  close(fd);
  HandleEcho(testing::Echo);
  Serve({.address = "unix:" + path});
  EXPECT_TRUE(Echo(*Connect()).ok());
}

TEST_F(ServerTest, RefusesASocketInUseAndAFileThatIsNone) {
  const std::string path = SocketPath("used");
  Serve({.address = "unix:" + path});
  EXPECT_TRUE(absl::IsUnavailable(GrpcServer::Start(registry, {.address = "unix:" + path}).status()));
  const std::string file = SocketPath("file");
  std::ofstream(file) << "data";
  EXPECT_TRUE(absl::IsFailedPrecondition(GrpcServer::Start(registry, {.address = "unix:" + file}).status()));
  std::filesystem::remove(file);
}

TEST_F(ServerTest, RefusesATakenPort) {
  Serve();
  EXPECT_TRUE(absl::IsUnavailable(GrpcServer::Start(registry, {.address = server->address()}).status()));
}

TEST_F(ServerTest, AcceptsEitherOfTwoSecretsAndNoOther) {
  HandleEcho(testing::Echo);
  Serve({.address = "127.0.0.1:0", .security = {.secrets = {"new", "old"}}});
  EXPECT_TRUE(Echo(*Connect({.security = {.secrets = {"new"}}})).ok());
  EXPECT_TRUE(Echo(*Connect({.security = {.secrets = {"old", "new"}}})).ok());
  EXPECT_TRUE(absl::IsUnauthenticated(Echo(*Connect({.security = {.secrets = {"wrong"}}})).status()));
  EXPECT_TRUE(absl::IsUnauthenticated(Echo(*Connect()).status()));
}

TEST_F(ServerTest, ChangesItsSecretWithoutRefusingACall) {
  HandleEcho(testing::Echo);
  const Secrets of_server = {"old"};
  const Secrets of_client = {"old"};
  Serve({.address = "127.0.0.1:0", .security = {.secrets = of_server}});
  std::shared_ptr<GrpcChannel> channel = Connect({.security = {.secrets = of_client}});
  EXPECT_TRUE(Echo(*channel).ok());
  of_server.Replace({"old", "new"});
  EXPECT_TRUE(Echo(*channel).ok());
  of_client.Replace({"new", "old"});
  EXPECT_TRUE(Echo(*channel).ok());
  of_server.Replace({"new"});
  EXPECT_TRUE(Echo(*channel).ok());
  of_client.Replace({"old"});
  EXPECT_TRUE(absl::IsUnauthenticated(Echo(*channel).status()));
}

TEST_F(ServerTest, CarriesMatrixErrorsWhole) {
  HandleEcho(FailWith<EchoRequest, EchoResponse>(
      errors::Matrix(401, "M_UNKNOWN_TOKEN", "Überholt", R"({"soft_logout":true})")));
  Serve();
  absl::Status status = Echo(*Connect()).status();
  std::optional<MatrixError> error = CarriedMatrixError(status);
  ASSERT_TRUE(error.has_value()) << status;
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(error->http_status, 401);
  EXPECT_EQ(error->errcode, "M_UNKNOWN_TOKEN");
  EXPECT_EQ(error->message, "Überholt");
  EXPECT_EQ(error->extra_json, R"({"soft_logout":true})");
}

TEST_F(ServerTest, CarriesLargeErrorsAndWrongOwners) {
  const std::string extra = R"({"x":")" + std::string(100'000, 'y') + R"("})";
  HandleEcho(FailWith<EchoRequest, EchoResponse>(errors::Matrix(401, "M_FORBIDDEN", "no", extra)));
  ASSERT_TRUE(registry
                  .Handle(TestService::Append, FailWith<AppendRequest, AppendResponse>(
                                                   WrongOwnerStatus({ShardKind::kUser, 3, "p2", "unix:/run/p2"})))
                  .ok());
  Serve();
  std::shared_ptr<GrpcChannel> channel = Connect();
  EXPECT_EQ(CarriedMatrixError(Echo(*channel).status())->extra_json, extra);
  absl::Status status = io.Run(Call(*channel, Context(), TestService::Append, AppendRequest())).status();
  std::optional<WrongOwner> wrong = GetWrongOwner(status);
  ASSERT_TRUE(wrong.has_value()) << status;
  EXPECT_EQ(wrong->kind, ShardKind::kUser);
  EXPECT_EQ(wrong->shard, 3);
  EXPECT_EQ(wrong->owner, "p2");
  EXPECT_EQ(wrong->address, "unix:/run/p2");
}

TEST_F(ServerTest, PassesTheContextOn) {
  Context seen;
  HandleEcho([&](const Context& context, const EchoRequest& request) {
    seen = context;
    return testing::Echo(context, request);
  });
  Serve();
  Context context = Within(absl::Seconds(10));
  context.request_id = "r1";
  context.tenant = "example.org";
  context.traceparent = "00-aa-bb-01";
  ASSERT_TRUE(Echo(*Connect({.caller = "gateway-1"}), context).ok());
  EXPECT_EQ(seen.request_id, "r1");
  EXPECT_EQ(seen.tenant, "example.org");
  EXPECT_EQ(seen.caller, "gateway-1");
  EXPECT_EQ(seen.traceparent, "00-aa-bb-01");
  EXPECT_NEAR(absl::ToDoubleSeconds(seen.Remaining(RealClock())), 10, 3);
}

TEST_F(ServerTest, TellsTheHandlerThatTheDeadlinePassed) {
  Sleeper sleeper;
  HandleEcho(sleeper.handler());
  Serve();
  EXPECT_TRUE(absl::IsDeadlineExceeded(Echo(*Connect(), Within(absl::Milliseconds(100))).status()));
  sleeper.cancelled.get_future().get();
}

TEST_F(ServerTest, TellsTheHandlerThatTheClientCancelled) {
  Sleeper sleeper;
  HandleEcho(sleeper.handler());
  Serve();
  std::shared_ptr<GrpcChannel> channel = Connect();
  Context context;
  context.cancellation = std::make_shared<Cancellation>();
  std::future<absl::StatusOr<std::string>> answer = io.Spawn(CallEcho(*channel, context, "x"));
  sleeper.began.get_future().get();
  context.cancellation->Cancel();
  EXPECT_TRUE(absl::IsCancelled(answer.get().status()));
  sleeper.cancelled.get_future().get();
}

TEST_F(ServerTest, JoinsLargeAnswers) {
  Serve();
  std::shared_ptr<GrpcChannel> channel = Connect({.max_response_bytes = 2 << 20});
  for (int64_t size : {0, 1, 1 << 20, (1 << 20) + 1, 5'000'000}) {
    absl::StatusOr<DownloadResponse> response = io.Run(CallDownload(*channel, size));
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->content_type(), "application/json");
    ASSERT_EQ(response->body_json().size(), static_cast<size_t>(size));
    if (size == 0) continue;
    EXPECT_EQ(response->body_json().back(), static_cast<char>((size - 1) % 251));
  }
}

TEST_F(ServerTest, BoundsAJoinedAnswer) {
  Serve();
  std::shared_ptr<GrpcChannel> channel = Connect({.max_joined_bytes = 3 << 20});
  EXPECT_TRUE(absl::IsResourceExhausted(io.Run(CallDownload(*channel, 4 << 20)).status()));
  EXPECT_TRUE(io.Run(CallDownload(*channel, 3 << 20)).ok());
}

TEST_F(ServerTest, RefusesAnOversizedRequest) {
  HandleEcho(testing::Echo);
  Serve({.address = "127.0.0.1:0", .max_request_bytes = 10'000});
  std::shared_ptr<GrpcChannel> channel = Connect();
  Context context = Within(absl::Seconds(10));
  EXPECT_TRUE(absl::IsResourceExhausted(Echo(*channel, context, std::string(20'000, 'x')).status()));
  EXPECT_TRUE(Echo(*channel, context, std::string(5'000, 'x')).ok());
}

TEST_F(ServerTest, ReportsAnOversizedAnswer) {
  HandleEcho(testing::Echo);
  Serve();
  std::shared_ptr<GrpcChannel> channel = Connect({.max_response_bytes = 10'000});
  EXPECT_TRUE(absl::IsResourceExhausted(Echo(*channel, Within(absl::Seconds(10)), std::string(20'000, 'x')).status()));
}

TEST_F(ServerTest, AnswersUnimplementedForAMethodThatIsNotServed) {
  Serve();
  EXPECT_TRUE(absl::IsUnimplemented(Echo(*Connect()).status()));
}

TEST_F(ServerTest, MarksCallsThatWereNeverSent) {
  for (const std::string& address : {std::string("127.0.0.1:1"), "unix:" + SocketPath("nobody")}) {
    std::shared_ptr<GrpcChannel> channel = *GrpcChannel::Create(address, {});
    absl::Status status = Echo(*channel).status();
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_TRUE(WasNotExecuted(status)) << status;
  }
}

TEST_F(ServerTest, DoesNotMarkCallsThatWereCutOff) {
  for (const std::string& address : {std::string("127.0.0.1:0"), "unix:" + SocketPath("cut")}) {
    Registry other{io.executors(), {}};
    Sleeper sleeper;
    ASSERT_TRUE(other.Handle(TestService::Echo, sleeper.handler()).ok());
    std::unique_ptr<GrpcServer> cut = *GrpcServer::Start(other, {.address = address});
    std::shared_ptr<GrpcChannel> channel = *GrpcChannel::Create(cut->address(), {});
    std::future<absl::StatusOr<std::string>> answer = io.Spawn(CallEcho(*channel, Context(), "x"));
    sleeper.began.get_future().get();
    cut->Shutdown(absl::ZeroDuration());
    absl::Status status = answer.get().status();
    EXPECT_FALSE(status.ok());
    EXPECT_FALSE(WasNotExecuted(status)) << status;
  }
}

// Says that it began, and answers when it is let go.
struct Gate {
  explicit Gate(Executor executor) : reply(std::make_shared<Reply<bool>>(std::move(executor))) {}
  Task<absl::StatusOr<EchoResponse>> Run() {
    began.set_value();
    co_await reply->Wait(absl::Seconds(20));
    co_return EchoResponse();
  }
  void Open() { reply->Set(true); }

  std::promise<void> began;
  const std::shared_ptr<Reply<bool>> reply;
};

// A server that is handling one call, until its gate is opened.
class BusyServerTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    auto select = [this](const Context&, const Message&) { return io.executor(0); };
    auto handler = [this](const Context&, const EchoRequest&) { return gate.Run(); };
    ASSERT_TRUE(registry.Handle(TestService::Echo, handler, select).ok());
    Serve();
    channel = Connect();
    answer = io.Spawn(CallEcho(*channel, Context(), "x"));
    gate.began.get_future().get();
  }

  Gate gate{io.executor(0)};
  std::shared_ptr<GrpcChannel> channel;
  std::future<absl::StatusOr<std::string>> answer;
};

TEST_F(BusyServerTest, FinishesCallsBeforeItShutsDown) {
  std::thread shutdown([this] { server->Shutdown(absl::Seconds(10)); });
  gate.Open();
  EXPECT_TRUE(answer.get().ok());
  shutdown.join();
}

TEST_F(BusyServerTest, SendsNewCallsElsewhereWhileItDrains) {
  std::future<bool> drained = io.Spawn(server->Drain(absl::Seconds(10)));
  const absl::Status refused = io.Run(CallDownload(*channel, 1)).status();
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_TRUE(WasNotExecuted(refused));
  gate.Open();
  EXPECT_TRUE(answer.get().ok());
  EXPECT_TRUE(drained.get());
}

TEST_F(ServerTest, HasThoseThatWaitForNewsAnswerWhenItDrains) {
  struct Waiting {
    static Task<absl::StatusOr<StickResponse>> Run(std::promise<void>& began, std::shared_ptr<Cancellation> until) {
      auto end = std::make_shared<Reply<bool>>(co_await boost::asio::this_coro::executor);
      Cancellation::Registration registration = until->OnCancel([end] { end->Set(true); });
      began.set_value();
      co_await end->Wait(absl::Seconds(20));
      StickResponse response;
      response.set_handled_by("whoever was waiting");
      co_return response;
    }
    static Task<absl::StatusOr<StickResponse>> Call(std::shared_ptr<Channel> channel) {
      StickRequest request;
      request.set_user_id("@alice:example.org");
      const Context context = Within(absl::Seconds(20));
      co_return co_await rpc::Call(*channel, context, TestService::Stick, request);
    }
  };
  std::promise<void> began;
  auto handler = [&](const Context& context, const StickRequest&) { return Waiting::Run(began, context.cancellation); };
  ASSERT_TRUE(registry.Handle(TestService::Stick, handler).ok());
  Serve();
  std::future<absl::StatusOr<StickResponse>> answer = io.Spawn(Waiting::Call(Connect()));
  began.get_future().get();
  EXPECT_TRUE(io.Run(server->Drain(absl::Seconds(10))));
  absl::StatusOr<StickResponse> answered = answer.get();
  ASSERT_TRUE(answered.ok()) << answered.status();
  EXPECT_EQ(answered->handled_by(), "whoever was waiting");
}

// gRPC cancels what comes in while it stops. To the caller that is a server which has gone, and another may be asked.
TEST_F(ServerTest, IsUnavailableToCallsThatMeetItStopping) {
  HandleEcho(testing::Echo);
  struct Caller {
    static Task<absl::Status> Run(std::shared_ptr<Channel> channel, std::shared_ptr<std::atomic<int>> calls) {
      for (;;) {
        ++*calls;
        const absl::StatusOr<std::string> answer = co_await CallEcho(*channel, Within(absl::Seconds(10)), "x");
        if (!answer.ok()) co_return answer.status();
      }
    }
  };
  for (int round = 0; round < 20; ++round) {
    Serve();
    auto calls = std::make_shared<std::atomic<int>>(0);
    std::shared_ptr<GrpcChannel> channel = Connect();
    std::vector<std::future<absl::Status>> ends;
    for (int i = 0; i < 16; ++i) ends.push_back(io.Spawn(Caller::Run(channel, calls)));
    while (*calls < 100) absl::SleepFor(absl::Milliseconds(1));
    server->Shutdown(absl::ZeroDuration());
    for (auto& end : ends) {
      const absl::Status status = end.get();
      EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    }
    server.reset();
  }
}

TEST_F(ServerTest, ShutsDownFromACoroutineOnAnExecutorThatItUses) {
  HandleEcho(testing::Echo);
  Serve();
  std::shared_ptr<GrpcChannel> channel = Connect();
  ASSERT_TRUE(Echo(*channel).ok());
  struct Stop {
    static Task<bool> Run(GrpcServer& server) {
      co_await server.ShutdownAsync(absl::Seconds(5));
      co_return true;
    }
  };
  EXPECT_TRUE(io.Run(Stop::Run(*server)));
  EXPECT_TRUE(absl::IsUnavailable(Echo(*channel).status()));
}

TEST_F(ServerTest, ReconnectsSoonAfterTheServerIsBack) {
  HandleEcho(testing::Echo);
  const std::string address = "unix:" + SocketPath("back");
  Serve({.address = address});
  std::shared_ptr<GrpcChannel> channel = Connect();
  ASSERT_TRUE(Echo(*channel).ok());
  server.reset();
  EXPECT_FALSE(Echo(*channel).ok());
  Serve({.address = address});
  const absl::Time give_up = absl::Now() + absl::Seconds(5);
  while (!Echo(*channel).ok() && absl::Now() < give_up) absl::SleepFor(absl::Milliseconds(20));
  EXPECT_TRUE(Echo(*channel).ok());
}

size_t CountEntries(const char* directory) {
  auto all = std::filesystem::directory_iterator(directory);
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

TEST_F(ServerTest, LeavesNoThreadAndNoDescriptorBehind) {
  HandleEcho(testing::Echo);
  auto cycle = [&] {
    Serve();
    std::shared_ptr<GrpcChannel> channel = Connect();
    ASSERT_TRUE(Echo(*channel).ok());
    channel.reset();
    server.reset();
  };
  cycle();  // what gRPC keeps for the process comes with the first
  auto settled = [](const char* directory, size_t at_most) {
    const absl::Time give_up = absl::Now() + absl::Seconds(10);
    while (CountEntries(directory) > at_most && absl::Now() < give_up) absl::SleepFor(absl::Milliseconds(50));
    return CountEntries(directory);
  };
  absl::SleepFor(absl::Milliseconds(300));
  const size_t threads = CountEntries("/proc/self/task");
  const size_t descriptors = CountEntries("/proc/self/fd");
  for (int i = 0; i < 10; ++i) cycle();
  EXPECT_LE(settled("/proc/self/fd", descriptors), descriptors);
  EXPECT_LE(settled("/proc/self/task", threads + 2), threads + 2);  // gRPC's pool breathes by a thread or two
}

}  // namespace
}  // namespace plexus::rpc
