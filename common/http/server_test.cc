#include "common/http/server.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/stat.h>

#include "common/http/test_server.h"
#include "common/http/uri.h"

namespace plexus::http {
namespace {

TEST(Server, AnswersRequestsOneAfterAnotherOnOneConnection) {
  TestServer server(Echo);
  Client client(server.port());
  for (int i = 0; i < 5; ++i) {
    const Reply reply = client.Exchange(Get("/versions?n=" + std::to_string(i)));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "GET /versions|n=" + std::to_string(i) + "|");
    EXPECT_TRUE(reply.Says("Date: "));
    EXPECT_FALSE(reply.Says("Connection:"));
  }
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server(Echo);
  Client client(server.port());
  client.Send(Get("/1") + Post("/2", "two") + "\r\n" + Get("/3"));
  EXPECT_EQ(client.Receive().body, "GET /1||");
  EXPECT_EQ(client.Receive().body, "POST /2||two");
  EXPECT_EQ(client.Receive().body, "GET /3||");
}

TEST(Server, UnderstandsRequestsThatArriveByteByByte) {
  TestServer server(Echo);
  Client client(server.port());
  const int on = 1;
  ::setsockopt(client.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  const std::string chunked =
      "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nTrailer: 1\r\n\r\n";
  for (const std::string& request : {Post("/slow?q", "body"), chunked, Get("/end")}) {
    for (const char c : request) {
      ASSERT_TRUE(client.Send(std::string_view(&c, 1)));
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }
  EXPECT_EQ(client.Receive().body, "POST /slow|q|body");
  EXPECT_EQ(client.Receive().body, "PUT /c||abc");
  EXPECT_EQ(client.Receive().body, "GET /end||");
}

TEST(Server, ClosesAfterHttp10UnlessAskedToKeepAlive) {
  TestServer server(Echo);
  Client keeping(server.port());
  EXPECT_TRUE(keeping.Exchange("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").Says("Connection: keep-alive"));
  const Reply last = keeping.Exchange("GET /b HTTP/1.0\r\n\r\n");
  EXPECT_EQ(last.body, "GET /b||");
  EXPECT_TRUE(last.Says("Connection: close"));
  EXPECT_TRUE(keeping.SeesClose());
}

TEST(Server, ClosesWhenTheClientAsksForIt) {
  TestServer server(Echo);
  Client client(server.port());
  EXPECT_TRUE(client.Exchange(Get("/", "Connection: close\r\n")).Says("Connection: close"));
  EXPECT_TRUE(client.SeesClose());
}

TEST(Server, AnswersHeadWithoutTheBody) {
  TestServer server(Echo);
  Client client(server.port());
  client.Send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(client.Receive(/*head_only=*/true).Says("Content-Length: 9\r\n"));
  EXPECT_EQ(client.Exchange(Get("/next")).body, "GET /next||");
}

Task<Response> NoContent(Request, RequestContext) {
  Response response;
  response.status = 204;
  response.body = "must not be sent";
  co_return response;
}

TEST(Server, SendsNoBodyWithStatus204) {
  TestServer server(NoContent);
  Client client(server.port());
  EXPECT_FALSE(client.Exchange(Get("/")).Says("Content-Length"));
  EXPECT_EQ(client.Exchange(Get("/")).status, 204);
}

TEST(Server, InvitesTheBodyOnlyWhenItIsExpected) {
  TestServer server(Echo);
  Client client(server.port());
  client.Send("POST /u HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.Receive(/*head_only=*/true).status, 100);
  EXPECT_EQ(client.Exchange("abc").body, "POST /u||abc");
}

TEST(Server, RefusesATooLargeBodyInsteadOfInvitingIt) {
  TestServer server(Echo);
  Client client(server.port());
  const Reply reply =
      client.Exchange("POST /u HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
  EXPECT_EQ(reply.status, 413);
}

Task<Response> Throwing(Request request, RequestContext) {
  if (request.target == "/throw") throw std::runtime_error("secret");
  co_return Response();
}

TEST(Server, AnswersAHandlersExceptionWith500AndGoesOn) {
  TestServer server(Throwing);
  Client client(server.port());
  const Reply reply = client.Exchange(Get("/throw"));
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.body, "{\"error\":\"Internal error\"}");
  EXPECT_EQ(client.Exchange(Get("/fine")).status, 200);
}

Task<Response> DecodePath(Request request, RequestContext) {
  Response response;
  const auto decoded = PercentDecode(request.path());
  response.status = decoded.ok() ? 200 : 400;
  response.body = decoded.value_or("refused");
  co_return response;
}

TEST(Server, LeavesThePathEncodedForTheHandlerToJudge) {
  TestServer server(DecodePath);
  Client client(server.port());
  EXPECT_EQ(client.Exchange(Get("/%C3%A9")).body, "/\xC3\xA9");
  EXPECT_EQ(client.Exchange(Get("/%FF")).status, 400);
  EXPECT_EQ(client.Exchange(Get("/%00")).status, 400);
}

const std::shared_ptr<const std::string>& LargeBody() {
  static const auto body = std::make_shared<const std::string>(20 * 1024 * 1024, 'x');
  return body;
}

Task<Response> Large(Request, RequestContext) {
  Response response;
  response.shared_body = LargeBody();
  co_return response;
}

TEST(Server, SendsLargeSharedBodies) {
  TestServer server(Large);
  Client client(server.port());
  EXPECT_EQ(client.Exchange(Get("/")).body, *LargeBody());
  EXPECT_EQ(client.Exchange(Get("/")).body, *LargeBody());
}

TEST(Server, ReceivesLargeBodies) {
  ServerOptions options = TestOptions();
  options.limits.max_body_bytes = 32 * 1024 * 1024;
  TestServer server(Echo, options);
  Client client(server.port());
  EXPECT_EQ(client.Exchange(Post("/", *LargeBody())).body, "POST /||" + *LargeBody());
}

TEST(Server, SpreadsConnectionsOverItsThreads) {
  TestServer server(Echo, TestOptions(), /*threads=*/3);
  std::list<Client> clients;
  for (int i = 0; i < 30; ++i) EXPECT_EQ(clients.emplace_back(server.port()).Exchange(Get("/")).status, 200);
  EXPECT_EQ(server.server().open_connections(), 30u);
  clients.clear();
  EXPECT_TRUE(Eventually([&] { return server.server().open_connections() == 0; }));
}

Task<Response> ShowOrigin(Request request, RequestContext) {
  Response response;
  response.body = request.peer_address + " " + request.server_name + " " + (request.secure ? "secure" : "plain");
  co_return response;
}

TEST(Server, TellsWhereARequestCameFrom) {
  TestServer server(ShowOrigin);
  Client client(server.port());
  EXPECT_EQ(client.Exchange("GET / HTTP/1.1\r\nHost: Example.ORG:8008\r\n\r\n").body, "127.0.0.1 example.org plain");
  EXPECT_EQ(client.Exchange("GET http://other.org/ HTTP/1.1\r\nHost: example.org\r\n\r\n").body,
            "127.0.0.1 other.org plain");
}

TEST(Server, NamesTheAddressThatItCannotBind) {
  const int taken = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(::bind(taken, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(taken, 1), 0);
  ::getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size);
  Threads threads(2);
  Server server(threads.contexts(), Echo, TestOptions());
  const auto port = server.ListenTcp("127.0.0.1", ntohs(address.sin_port));
  ASSERT_FALSE(port.ok());
  EXPECT_NE(port.status().ToString().find("127.0.0.1 port " + std::to_string(ntohs(address.sin_port))),
            std::string::npos);
  EXPECT_FALSE(server.ListenTcp("localhost", 0).ok());
  ::close(taken);
}

class UnixServer : public testing::Test {
 protected:
  UnixServer() : path_(testing::TempDir() + "/http-" + std::to_string(::getpid()) + ".sock") {
    ::unlink(path_.c_str());
  }
  ~UnixServer() override { ::unlink(path_.c_str()); }
  bool FileExists() const { return std::filesystem::exists(std::filesystem::symlink_status(path_)); }

  const std::string path_;
  Threads threads_{2};
};

TEST_F(UnixServer, ServesOnAUnixSocketAndRemovesItAtTheEnd) {
  Server server(threads_.contexts(), ShowOrigin, TestOptions());
  ASSERT_TRUE(server.ListenUnix(path_, 0600).ok());
  server.Start();
  struct stat info = {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(Client(path_).Exchange(Get("/")).body, "unix test plain");
  server.Stop(absl::Seconds(1));
  EXPECT_FALSE(FileExists());
}

TEST_F(UnixServer, ReplacesAStaleSocketButNotALiveOne) {
  Server first(threads_.contexts(), Echo, TestOptions());
  Server second(threads_.contexts(), Echo, TestOptions());
  ASSERT_TRUE(first.ListenUnix(path_, 0600).ok());
  const absl::Status in_use = second.ListenUnix(path_, 0600);
  EXPECT_EQ(in_use.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_NE(in_use.ToString().find(path_), std::string::npos);
  // A crash leaves the file behind.
  const std::string kept = path_ + ".kept";
  ASSERT_EQ(::link(path_.c_str(), kept.c_str()), 0);
  first.Stop(absl::ZeroDuration());
  ASSERT_EQ(::rename(kept.c_str(), path_.c_str()), 0);
  ASSERT_TRUE(second.ListenUnix(path_, 0600).ok());
  second.Start();
  EXPECT_EQ(Client(path_).Exchange(Get("/")).status, 200);
}

TEST_F(UnixServer, LeavesFilesThatAreNoSocketsAlone) {
  ::close(::open(path_.c_str(), O_CREAT | O_WRONLY, 0600));
  Server server(threads_.contexts(), Echo, TestOptions());
  EXPECT_EQ(server.ListenUnix(path_, 0600).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(server.ListenUnix("/nowhere/socket", 0600).code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(FileExists());
}

TEST_F(UnixServer, RefusesAGroupThatDoesNotExist) {
  Server server(threads_.contexts(), Echo, TestOptions());
  EXPECT_EQ(server.ListenUnix(path_, 0660, "no-such-group").code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(FileExists());
}

}  // namespace
}  // namespace plexus::http
