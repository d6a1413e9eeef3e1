#include "common/rpc/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/this_coro.hpp>

#include "common/base/fault.h"
#include "common/rpc/in_process_channel.h"
#include "common/rpc/interceptors.h"
#include "common/rpc/status.h"
#include "common/rpc/testing/handlers.h"
#include "common/rpc/testing/io_threads.h"

namespace plexus::rpc {
namespace {

using namespace testing;  // NOLINT
using ::testing::ElementsAre;

// Writes down what it sees.
class Recorder final : public Interceptor {
 public:
  Recorder(std::string name, std::vector<std::string>& log) : name_(std::move(name)), log_(log) {}
  absl::Status Before(Context&, const MethodInfo& method, const Message&) override {
    log_.push_back("before " + name_);
    return refusal;
  }
  absl::Status After(const Context&, const MethodInfo&, const CallOutcome& outcome) override {
    log_.push_back("after " + name_ + " " + absl::StatusCodeToString(outcome.status.code()));
    return absl::OkStatus();
  }
  absl::Status refusal;

 private:
  const std::string name_;
  std::vector<std::string>& log_;
};

Task<absl::StatusOr<EchoResponse>> ReportThread(const Context&, const EchoRequest&) {
  EchoResponse response;
  response.set_text(absl::StrCat(std::hash<std::thread::id>()(std::this_thread::get_id())));
  co_return response;
}

Task<absl::StatusOr<EchoResponse>> Throw(const Context&, const EchoRequest& request) {
  if (request.text() == "throw") throw std::runtime_error("broken");
  co_return EchoResponse();
}

std::string NameOf(std::thread::id id) { return absl::StrCat(std::hash<std::thread::id>()(id)); }

class RegistryTest : public ::testing::Test {
 protected:
  // Calls whose callers have given up may still be running.
  void TearDown() override { EXPECT_TRUE(io.Run(registry.Drain("", absl::Seconds(5))).ok()); }

  absl::StatusOr<std::string> Echo(Context context = {}, std::string text = "hello") {
    return io.Run(CallEcho(channel, context, text));
  }
  template <typename F>
  void Handle(F handler, ExecutorSelector selector = {}) {
    ASSERT_TRUE(registry.Handle(TestService::Echo, handler, selector).ok());
  }

  IoThreads io;
  std::vector<std::string> log;
  std::shared_ptr<Recorder> outer = std::make_shared<Recorder>("outer", log);
  std::shared_ptr<Recorder> inner = std::make_shared<Recorder>("inner", log);
  Registry registry{io.executors(), {outer, inner, std::make_shared<FaultPoints>()}};
  InProcessChannel channel{registry};
};

TEST_F(RegistryTest, CallsAHandlerInTheSameProcess) {
  Handle(testing::Echo);
  EXPECT_EQ(*Echo(), "hello");
}

TEST_F(RegistryTest, RefusesASecondHandlerOfAMethod) {
  Handle(testing::Echo);
  EXPECT_TRUE(absl::IsAlreadyExists(registry.Handle(TestService::Echo, testing::Echo)));
}

TEST_F(RegistryTest, AnswersUnimplementedWithoutAHandler) { EXPECT_TRUE(absl::IsUnimplemented(Echo().status())); }

TEST_F(RegistryTest, RunsInterceptorsFromOutsideInAndBack) {
  Handle(testing::Echo);
  ASSERT_TRUE(Echo().ok());
  EXPECT_THAT(log, ElementsAre("before outer", "before inner", "after inner OK", "after outer OK"));
}

TEST_F(RegistryTest, SkipsTheHandlerWhenAnInterceptorRefuses) {
  Handle(testing::Echo);
  outer->refusal = absl::PermissionDeniedError("no");
  EXPECT_TRUE(absl::IsPermissionDenied(Echo().status()));
  EXPECT_THAT(log, ElementsAre("before outer", "after outer PERMISSION_DENIED"));
}

TEST_F(RegistryTest, RunsTheHandlerOnTheCallersThreadByDefault) {
  Handle(ReportThread);
  EXPECT_EQ(*Echo(), NameOf(io.thread_id(0)));
}

TEST_F(RegistryTest, RunsTheHandlerWhereItsSelectorSays) {
  Handle(ReportThread, [this](const Context&, const Message&) { return io.executor(1); });
  EXPECT_EQ(*Echo(), NameOf(io.thread_id(1)));
}

TEST_F(RegistryTest, ResumesTheCallerOnItsOwnThread) {
  struct Caller {
    static Task<bool> Stays(Channel& channel) {
      const std::thread::id before = std::this_thread::get_id();
      Context context;
      absl::StatusOr<std::string> answer = co_await CallEcho(channel, context, "x");
      co_return answer.ok() && before == std::this_thread::get_id();
    }
  };
  Handle(testing::Echo, [this](const Context&, const Message&) { return io.executor(1); });
  EXPECT_TRUE(io.Run(Caller::Stays(channel)));
}

TEST_F(RegistryTest, ReturnsAtTheDeadlineAndCancelsTheHandler) {
  Sleeper sleeper;
  Handle(sleeper.handler());
  EXPECT_TRUE(absl::IsDeadlineExceeded(Echo(Within(absl::Milliseconds(30))).status()));
  sleeper.cancelled.get_future().get();
}

TEST_F(RegistryTest, DoesNotBeginAfterTheDeadline) {
  Handle(testing::Echo);
  EXPECT_TRUE(absl::IsDeadlineExceeded(Echo(Within(-absl::Milliseconds(1))).status()));
}

TEST_F(RegistryTest, PassesTheCallersCancellationOn) {
  Sleeper sleeper;
  Handle(sleeper.handler());
  Context context;
  context.cancellation = std::make_shared<Cancellation>();
  std::future<absl::StatusOr<std::string>> answer = io.Spawn(CallEcho(channel, context, "x"));
  sleeper.began.get_future().get();
  context.cancellation->Cancel();
  EXPECT_TRUE(absl::IsCancelled(answer.get().status()));
  sleeper.cancelled.get_future().get();
}

TEST_F(RegistryTest, TurnsAnExceptionIntoAnInternalError) {
  Handle(Throw);
  EXPECT_TRUE(absl::IsInternal(Echo({}, "throw").status()));
}

TEST_F(RegistryTest, RefusesCallsOfAClosedServiceAsNotExecuted) {
  Handle(testing::Echo);
  registry.Close(TestService::kName);
  absl::Status status = Echo().status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_TRUE(WasNotExecuted(status));
  EXPECT_FALSE(registry.Serves(InfoOf(TestService::Echo)));
}

TEST_F(RegistryTest, DrainsAnIdleServiceAtOnceAndLetsItComeBack) {
  Handle(testing::Echo);
  EXPECT_TRUE(io.Run(registry.Drain(TestService::kName, absl::Seconds(5))).ok());
  EXPECT_TRUE(absl::IsUnavailable(Echo().status()));
  Handle(testing::Echo);
  EXPECT_TRUE(Echo().ok());
}

TEST_F(RegistryTest, CancelsWhatDoesNotDrainInTime) {
  Sleeper sleeper;
  Handle(sleeper.handler());
  std::future<absl::StatusOr<std::string>> answer = io.Spawn(CallEcho(channel, Context(), "x"));
  sleeper.began.get_future().get();
  EXPECT_TRUE(io.Run(registry.Drain("", absl::Milliseconds(20))).ok());
  EXPECT_TRUE(absl::IsCancelled(answer.get().status()));
}

TEST_F(RegistryTest, ReleasesTheHandlersOfADrainedService) {
  auto owned = std::make_shared<int>(1);
  Handle([owned](const Context& context, const EchoRequest& request) { return testing::Echo(context, request); });
  ASSERT_EQ(owned.use_count(), 2);
  ASSERT_TRUE(io.Run(registry.Drain("", absl::Seconds(1))).ok());
  EXPECT_EQ(owned.use_count(), 1);
}

TEST_F(RegistryTest, InjectsFaultsBeforeAndAfterTheHandler) {
  int handled = 0;
  Handle([&](const Context& context, const EchoRequest& request) {
    ++handled;
    return testing::Echo(context, request);
  });
  ASSERT_TRUE(ArmFaults("rpc.before.plexus.test.v1.TestService.Echo=error:ABORTED:1").ok());
  EXPECT_TRUE(absl::IsAborted(Echo().status()));
  EXPECT_EQ(handled, 0);
  ASSERT_TRUE(ArmFaults("rpc.after.plexus.test.v1.TestService.Echo=error:UNAVAILABLE:1").ok());
  EXPECT_TRUE(absl::IsUnavailable(Echo().status()));
  EXPECT_EQ(handled, 1);
  EXPECT_TRUE(Echo().ok());
  DisarmFaults();
}

}  // namespace
}  // namespace plexus::rpc
