#include "common/rpc/router.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <set>

#include "common/base/fault.h"
#include "common/base/matrix_error.h"
#include "common/rpc/grpc_channel.h"
#include "common/rpc/interceptors.h"
#include "common/rpc/server.h"
#include "common/rpc/testing/handlers.h"
#include "common/rpc/testing/io_threads.h"

namespace plexus::rpc {
namespace {

using namespace testing;  // NOLINT

// Owners and copies as the test sets them; every Refresh is told to the test.
class FakeDirectory final : public Directory {
 public:
  std::optional<Endpoint> Owner(std::string_view, ShardKind, int) override {
    absl::MutexLock lock(&mutex_);
    return owner_;
  }
  int ShardCount(std::string_view tenant, ShardKind) override { return tenant == "unknown" ? 0 : 16; }
  std::vector<Endpoint> Copies(std::string_view) override { return copies; }
  Task<void> Refresh(std::string, ShardKind, int) override {
    ++refreshes;
    if (on_refresh) on_refresh();
    co_return;
  }
  void Learn(std::string_view, const WrongOwner& wrong) override {
    SetOwner(Endpoint{wrong.owner, wrong.address, false});
    ++learned;
  }
  void SetOwner(std::optional<Endpoint> owner) {
    absl::MutexLock lock(&mutex_);
    owner_ = std::move(owner);
  }

  std::vector<Endpoint> copies;
  std::function<void()> on_refresh;
  std::atomic<int> refreshes{0};
  std::atomic<int> learned{0};

 private:
  absl::Mutex mutex_;
  std::optional<Endpoint> owner_ ABSL_GUARDED_BY(mutex_);
};

// A process that answers Append, Lookup, Stick and Echo with its name, or as the test says.
struct Process {
  explicit Process(std::string process_name, IoThreads& threads)
      : name(std::move(process_name)), io(threads), registry(threads.executors(), {std::make_shared<FaultPoints>()}) {
    auto append = [this](const Context&, const AppendRequest&) { return Answer<AppendResponse>(this); };
    auto lookup = [this](const Context&, const LookupRequest&) { return Answer<LookupResponse>(this); };
    auto stick = [this](const Context&, const StickRequest&) { return Answer<StickResponse>(this); };
    EXPECT_TRUE(registry.Handle(TestService::Append, append).ok());
    EXPECT_TRUE(registry.Handle(TestService::Lookup, lookup).ok());
    EXPECT_TRUE(registry.Handle(TestService::Stick, stick).ok());
  }
  ~Process() {
    server.reset();
    EXPECT_TRUE(io.Run(registry.Drain("", absl::Seconds(5))).ok());
  }
  void Listen() { server = *GrpcServer::Start(registry, {.address = address()}); }
  std::string address() const {
    return absl::StrCat("unix:", ::testing::TempDir(), "plexus-router-", name, "-", getpid(), ".sock");
  }
  Endpoint endpoint() const { return {name, address(), false}; }

  template <typename Res>
  static Task<absl::StatusOr<Res>> Answer(Process* self) {
    ++self->handled;
    if (!self->failure.ok()) co_return self->failure;
    Res response;
    response.set_handled_by(self->name);
    co_return response;
  }

  const std::string name;
  IoThreads& io;
  Registry registry;
  std::unique_ptr<GrpcServer> server;
  absl::Status failure;
  std::atomic<int> handled{0};
};

class RouterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    p1.Listen();
    p2.Listen();
  }
  void TearDown() override { DisarmFaults(); }

  absl::StatusOr<std::string> Append(absl::Duration timeout = absl::Seconds(10), std::string tenant = "t") {
    AppendRequest request;
    request.set_room_id("!room");
    return HandledBy(TestService::Append, request, timeout, tenant);
  }
  absl::StatusOr<std::string> Lookup(absl::Duration timeout = absl::Seconds(10)) {
    LookupRequest request;
    request.set_user_id("@user");
    return HandledBy(TestService::Lookup, request, timeout, "t");
  }
  template <typename Req, typename Res>
  absl::StatusOr<std::string> HandledBy(Method<Req, Res> method, Req request, absl::Duration timeout,
                                        std::string tenant = "t") {
    Context context = Within(timeout);
    context.tenant = tenant;
    absl::StatusOr<Res> response = io.Run(Call(router, context, method, request));
    if (!response.ok()) return response.status();
    return response->handled_by();
  }

  IoThreads io;
  Process p1{"p1", io};
  Process p2{"p2", io};
  Process here{"here", io};
  FakeDirectory directory;
  GrpcChannelPool pool{{}};
  Router router{here.registry, directory, pool};
};

TEST_F(RouterTest, CallsTheOwner) {
  directory.SetOwner(p2.endpoint());
  EXPECT_EQ(*Append(), "p2");
}

TEST_F(RouterTest, CallsALocalOwnerInProcess) {
  directory.SetOwner(Endpoint{"here", "", true});
  EXPECT_EQ(*Append(), "here");
}

TEST_F(RouterTest, FollowsWrongOwnerToTheRightOne) {
  directory.SetOwner(p1.endpoint());
  p1.failure = WrongOwnerStatus({ShardKind::kRoom, 1, "p2", p2.address()});
  EXPECT_EQ(*Append(), "p2");
  EXPECT_EQ(directory.learned, 1);
  EXPECT_EQ(directory.refreshes, 0);
}

TEST_F(RouterTest, DoesNotChaseTwoProcessesThatPointAtEachOther) {
  directory.SetOwner(p1.endpoint());
  p1.failure = WrongOwnerStatus({ShardKind::kRoom, 1, "p2", p2.address()});
  p2.failure = WrongOwnerStatus({ShardKind::kRoom, 1, "p1", p1.address()});
  EXPECT_TRUE(absl::IsDeadlineExceeded(Append(absl::Milliseconds(300)).status()));
  EXPECT_LE(p1.handled + p2.handled, 30);
}

TEST_F(RouterTest, WaitsForAnOwnerDuringAHandover) {
  directory.on_refresh = [this] {
    if (directory.refreshes == 3) directory.SetOwner(p1.endpoint());
  };
  EXPECT_EQ(*Append(), "p1");
  EXPECT_EQ(directory.refreshes, 3);
}

TEST_F(RouterTest, GivesUpAtTheDeadlineWhenNobodyTakesTheShard) {
  const absl::Time began = absl::Now();
  EXPECT_TRUE(absl::IsDeadlineExceeded(Append(absl::Milliseconds(300)).status()));
  EXPECT_LT(absl::Now() - began, absl::Seconds(5));
}

TEST_F(RouterTest, WaitsForAnOwnerThatCannotBeReached) {
  p1.server.reset();
  directory.SetOwner(p1.endpoint());
  directory.on_refresh = [this] { directory.SetOwner(p2.endpoint()); };
  EXPECT_EQ(*Append(), "p2");
}

TEST_F(RouterTest, DoesNotRepeatWhatMayHaveBeenExecuted) {
  directory.SetOwner(p1.endpoint());
  ASSERT_TRUE(ArmFaults("rpc.after.plexus.test.v1.TestService.Append=error:UNAVAILABLE:1").ok());
  EXPECT_TRUE(absl::IsUnavailable(Append().status()));
  EXPECT_EQ(p1.handled, 1);
}

TEST_F(RouterTest, RepeatsARetrySafeCallThatMayHaveBeenExecuted) {
  directory.SetOwner(p1.endpoint());
  ASSERT_TRUE(ArmFaults("rpc.after.plexus.test.v1.TestService.Lookup=error:UNAVAILABLE:1").ok());
  EXPECT_EQ(*Lookup(), "p1");
  EXPECT_EQ(p1.handled, 2);
}

TEST_F(RouterTest, RepeatsWhatWasCertainlyNotExecuted) {
  directory.SetOwner(p1.endpoint());
  ASSERT_TRUE(ArmFaults("rpc.before.plexus.test.v1.TestService.Append=error:UNAVAILABLE:2").ok());
  EXPECT_EQ(*Append(), "p1");
  EXPECT_EQ(p1.handled, 1);
}

TEST_F(RouterTest, TakesAMatrixErrorAsFinal) {
  directory.SetOwner(p1.endpoint());
  p1.failure = errors::Unknown(503, "not now");
  EXPECT_TRUE(absl::IsUnavailable(Lookup().status()));
  EXPECT_EQ(p1.handled, 1);
}

TEST_F(RouterTest, BoundsTheCallsThatWait) {
  Router full(here.registry, directory, pool, {.max_waiting = 0});
  AppendRequest request;
  request.set_room_id("!room");
  EXPECT_TRUE(absl::IsUnavailable(io.Run(Call(full, Context(), TestService::Append, request)).status()));
}

TEST_F(RouterTest, RefusesAnEmptyKeyAndAnUnknownTenant) {
  EXPECT_TRUE(absl::IsInvalidArgument(HandledBy(TestService::Append, AppendRequest(), absl::Seconds(5)).status()));
  EXPECT_TRUE(absl::IsUnavailable(Append(absl::Seconds(5), "unknown").status()));
}

TEST_F(RouterTest, PrefersThisProcessForUnroutedCalls) {
  ASSERT_TRUE(here.registry.Handle(TestService::Echo, testing::Echo).ok());
  directory.copies = {p1.endpoint()};
  EXPECT_EQ(*io.Run(CallEcho(router, Within(absl::Seconds(5)), "x")), "x");
}

TEST_F(RouterTest, SendsUnroutedCallsToAnotherCopyWhenOneIsDown) {
  ASSERT_TRUE(p1.registry.Handle(TestService::Echo, testing::Echo).ok());
  directory.copies = {Endpoint{"down", "127.0.0.1:1", false}, p1.endpoint()};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(io.Run(CallEcho(router, Within(absl::Seconds(10)), "x")).ok());
}

TEST_F(RouterTest, KeepsAUserOnOneCopyAndSpreadsUsers) {
  directory.copies = {p1.endpoint(), p2.endpoint(), Endpoint{"here", "", true}};
  std::set<std::string> used;
  for (int i = 0; i < 40; ++i) {
    StickRequest request;
    request.set_user_id(absl::StrCat("@user", i));
    const std::string first = *HandledBy(TestService::Stick, request, absl::Seconds(5));
    EXPECT_EQ(*HandledBy(TestService::Stick, request, absl::Seconds(5)), first);
    used.insert(first);
  }
  EXPECT_EQ(used.size(), 3u);
}

}  // namespace
}  // namespace plexus::rpc
