#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/http/test_server.h"

namespace plexus::http {
namespace {

std::atomic<int> waiting{0};
std::atomic<int> told{0};     // handlers that learned that nobody waits for them
std::atomic<int> unwound{0};  // handlers that have ended, in whatever way

struct CountsEnd {
  ~CountsEnd() { ++unwound; }
};

// A long poll: an answer after 30 s, or as soon as nobody waits for it.
Task<Response> LongPoll(Request, RequestContext context) {
  const CountsEnd counts_end;
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, std::chrono::seconds(30));
  const std::stop_token token = context.StopToken();
  const std::stop_callback on_gone(token, [&timer] { timer.cancel(); });
  ++waiting;
  boost::system::error_code error;
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, error));
  if (token.stop_requested()) ++told;
  co_return Response();
}

// Answers after `delay` whatever happens, unless its coroutine is cancelled.
Task<Response> Sleep(std::chrono::milliseconds delay) {
  const CountsEnd counts_end;
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, delay);
  ++waiting;
  co_await timer.async_wait(boost::asio::use_awaitable);
  co_return Response();
}
Task<Response> SleepShortly(Request, RequestContext) { return Sleep(std::chrono::milliseconds(200)); }
Task<Response> SleepLong(Request, RequestContext) { return Sleep(std::chrono::seconds(30)); }

class Stopping : public testing::Test {
 protected:
  Stopping() { waiting = told = unwound = 0; }
  // An io_context opens its epoll set when first used and keeps it.
  static void OpenReactors(Threads& threads) {
    Server server(threads.contexts(), Echo, TestOptions());
    ASSERT_TRUE(server.ListenTcp("127.0.0.1", 0).ok());
  }
  static bool Waiting(int count) {
    return Eventually([count] { return waiting == count; });
  }
};

TEST_F(Stopping, TellsAWaitingHandlerThatItsClientHasGone) {
  TestServer server(LongPoll);
  Client client(server.port());
  client.Send(Get("/sync"));
  ASSERT_TRUE(Waiting(1));
  client.Close();
  EXPECT_TRUE(Eventually([] { return told == 1; }));
  EXPECT_TRUE(Eventually([&] { return server.server().open_connections() == 0; }));
}

TEST_F(Stopping, SeesTheEndOfAClientBehindPipelinedRequests) {
  TestServer server(LongPoll);
  Client client(server.port());
  client.Send(Get("/sync"));
  ASSERT_TRUE(Waiting(1));
  client.Send(Get("/next"));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(told, 0);
  client.Close();
  EXPECT_TRUE(Eventually([] { return told >= 1; }));
}

TEST_F(Stopping, StillAnswersAClientThatOnlyHalfCloses) {
  TestServer server(SleepShortly);
  Client client(server.port());
  client.Send(Get("/"));
  client.HalfClose();
  EXPECT_EQ(client.Receive().status, 200);
}

TEST_F(Stopping, AnswersPipelinedRequestsReceivedWhileAHandlerWatched) {
  TestServer server([](Request request, RequestContext context) -> Task<Response> {
    const std::stop_token token = context.StopToken();
    return request.target == "/slow" ? Sleep(std::chrono::milliseconds(100)) : Echo(std::move(request), context);
  });
  Client client(server.port());
  client.Send(Get("/slow"));
  ASSERT_TRUE(Waiting(1));
  client.Send(Get("/next") + Get("/last"));
  EXPECT_EQ(client.Receive().body, "");
  EXPECT_EQ(client.Receive().body, "GET /next||");
  EXPECT_EQ(client.Receive().body, "GET /last||");
}

TEST_F(Stopping, LetsRunningRequestsFinishAndClosesIdleConnections) {
  TestServer server(SleepShortly, TestOptions(), /*threads=*/2);
  Client busy(server.port());
  Client idle(server.port());
  busy.Send(Get("/"));
  ASSERT_TRUE(Waiting(1));
  server.server().Stop(absl::Seconds(20));
  EXPECT_EQ(server.server().open_connections(), 0u);
  const Reply reply = busy.Receive();
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.Says("Connection: close"));
  EXPECT_TRUE(idle.SeesClose());
  EXPECT_FALSE(Client(server.port()).connected());
}

TEST_F(Stopping, CancelsWhatHasNotFinishedByTheDeadline) {
  TestServer server(SleepLong);
  Client client(server.port());
  client.Send(Get("/"));
  ASSERT_TRUE(Waiting(1));
  const auto begin = std::chrono::steady_clock::now();
  server.server().Stop(absl::Milliseconds(100));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_EQ(unwound, 1);
  EXPECT_EQ(client.Receive().status, 0);
}

TEST_F(Stopping, StopsTheTokensOfLongPollsAtTheDeadline) {
  TestServer server(LongPoll);
  std::list<Client> clients;
  for (int i = 0; i < 10; ++i) clients.emplace_back(server.port()).Send(Get("/sync"));
  ASSERT_TRUE(Waiting(10));
  server.server().Stop(absl::ZeroDuration());
  EXPECT_EQ(told, 10);
  EXPECT_EQ(unwound, 10);
}

TEST_F(Stopping, HoldsLongPollsInLittleMemory) {
  constexpr int kPolls = 1000;
  TestServer server(LongPoll);
  const size_t before = ResidentKilobytes();
  std::list<Client> clients;
  for (int i = 0; i < kPolls; ++i) clients.emplace_back(server.port()).Send(Get("/sync"));
  ASSERT_TRUE(Waiting(kPolls));
  const size_t after = ResidentKilobytes();
  RecordProperty("kilobytes_per_poll", static_cast<int>((after - before) / kPolls));
  EXPECT_LT(after - before, kPolls * 40u) << "kB; a few of them without the sanitizers";
}

TEST_F(Stopping, LeavesNoDescriptorBehind) {
  Threads threads(2);
  const std::string path = testing::TempDir() + "/http-stop-" + std::to_string(::getpid()) + ".sock";
  OpenReactors(threads);
  const size_t before = OpenDescriptors();
  {
    Server server(threads.contexts(), SleepLong, TestOptions());
    const auto port = server.ListenTcp("127.0.0.1", 0);
    ASSERT_TRUE(port.ok());
    ASSERT_TRUE(server.ListenUnix(path, 0600).ok());
    server.Start();
    std::list<Client> open;
    for (int i = 0; i < 20; ++i) open.emplace_back(*port).Send(i % 2 == 0 ? Get("/") : "GET / HT");
    for (int i = 0; i < 20; ++i) open.emplace_back(path).Send(Get("/"));
    ASSERT_TRUE(Waiting(30));
    EXPECT_GE(OpenDescriptors(), before + 80);
    server.Stop(absl::Milliseconds(50));
    EXPECT_EQ(OpenDescriptors(), before + 40) << "the clients' ends alone";
    EXPECT_EQ(server.open_connections(), 0u);
    EXPECT_EQ(unwound, 30);
  }
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST_F(Stopping, ReleasesWhatWasBoundButNeverStarted) {
  Threads threads(2);
  OpenReactors(threads);
  const size_t before = OpenDescriptors();
  {
    Server server(threads.contexts(), Echo, TestOptions());
    ASSERT_TRUE(server.ListenTcp("::1", 0).ok() || server.ListenTcp("127.0.0.1", 0).ok());
    EXPECT_GT(OpenDescriptors(), before);
  }
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST_F(Stopping, SurvivesConnectionsThatArriveMeanwhile) {
  for (int round = 0; round < 10; ++round) {
    TestServer server(Echo, TestOptions(), /*threads=*/2);
    std::atomic<bool> end{false};
    std::thread noise([&] {
      while (!end) Client(server.port()).Exchange(Get("/"));
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    server.server().Stop(absl::Milliseconds(round % 2 == 0 ? 0 : 50));
    EXPECT_EQ(server.server().open_connections(), 0u);
    end = true;
    noise.join();
  }
}

}  // namespace
}  // namespace plexus::http
