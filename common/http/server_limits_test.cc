#include "common/http/test_server.h"

namespace plexus::http {
namespace {

// Sends `piece` again and again until the server answers or hangs up.
Reply Drip(Client& client, std::string_view start, std::string_view piece) {
  client.Send(start);
  while (!client.HasInput(/*within_ms=*/20)) {
    if (!client.Send(piece)) break;
  }
  return client.Receive();
}

TEST(Limits, EndsAHeaderThatNeverEnds) {
  TestServer server(Echo);
  Client client(server.port());
  const Reply reply = client.Exchange("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(64 * 1024, 'x'));
  EXPECT_EQ(reply.status, 431);
  EXPECT_TRUE(reply.Says("application/json"));
  EXPECT_TRUE(reply.Says("Connection: close"));
}

TEST(Limits, AcceptsAHeaderOfExactlyTheLimit) {
  ServerOptions options = TestOptions();
  options.limits.max_header_bytes = 200;
  TestServer server(Echo, options);
  Client client(server.port());
  const std::string bare = Get("/", "X: \r\n");
  const std::string longest = Get("/", "X: " + std::string(200 - bare.size(), 'x') + "\r\n");
  ASSERT_EQ(longest.size(), 200u);
  EXPECT_EQ(client.Exchange(longest).status, 200);
  EXPECT_EQ(client.Exchange(Get("/", "X: " + std::string(201 - bare.size(), 'x') + "\r\n")).status, 431);
}

TEST(Limits, RefusesTooManyFields) {
  TestServer server(Echo);
  Client client(server.port());
  std::string fields;
  for (int i = 0; i < 100; ++i) fields += "A: b\r\n";
  EXPECT_EQ(client.Exchange(Get("/", fields)).status, 431);
}

TEST(Limits, RefusesBodiesByContentLengthAndByChunks) {
  ServerOptions options = TestOptions();
  options.max_body = [](std::string_view method, std::string_view target) -> size_t {
    return method == "POST" && target == "/large" ? 100 : 10;
  };
  TestServer server(Echo, options);
  const std::string fifty(50, 'x');
  EXPECT_EQ(Client(server.port()).Exchange(Post("/large", fifty)).status, 200);
  EXPECT_EQ(Client(server.port()).Exchange(Post("/small", fifty)).status, 413);
  const std::string chunked = "POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(Client(server.port()).Exchange(chunked + "6\r\n123456\r\n0\r\n\r\n").status, 200);
  EXPECT_EQ(Client(server.port()).Exchange(chunked + "6\r\n123456\r\n6\r\n").status, 413);
  EXPECT_EQ(Client(server.port()).Exchange(chunked + "fffffffffffffff\r\n").status, 413);
}

TEST(Limits, LetsTheClientReadTheRefusalOfABodyThatItIsStillSending) {
  TestServer server(Echo);
  Client client(server.port());
  client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n");
  client.Send(std::string(4'000'000, 'x'));
  EXPECT_EQ(client.Receive().status, 413);
}

TEST(Limits, EndsAHeaderThatDrips) {
  ServerOptions options = TestOptions();
  options.limits.header_timeout = absl::Milliseconds(150);
  TestServer server(Echo, options);
  Client client(server.port());
  EXPECT_EQ(Drip(client, "GET / HTTP/1.1\r\n", "A: b\r\n").status, 408);
}

TEST(Limits, EndsABodyThatFallsSilent) {
  ServerOptions options = TestOptions();
  options.limits.body_timeout = absl::Milliseconds(100);
  options.limits.min_transfer_rate = 1;
  TestServer server(Echo, options);
  Client client(server.port());
  EXPECT_EQ(client.Exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n0123456789").status, 408);
}

TEST(Limits, EndsABodyThatDrips) {
  ServerOptions options = TestOptions();
  options.limits.body_timeout = absl::Milliseconds(150);  // never reached by the silence between two pieces
  options.limits.min_transfer_rate = 1'000'000;
  TestServer server(Echo, options);
  Client client(server.port());
  EXPECT_EQ(Drip(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", "x").status, 408);
}

TEST(Limits, DoesNotMistakeChunkExtensionsForABody) {
  ServerOptions options = TestOptions();
  options.limits.body_timeout = absl::Milliseconds(150);
  TestServer server(Echo, options);
  Client client(server.port());
  const auto reply = Drip(client, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;", "extension");
  EXPECT_EQ(reply.status, 408);
}

TEST(Limits, ClosesIdleConnectionsWithoutAWord) {
  ServerOptions options = TestOptions();
  options.limits.idle_timeout = absl::Milliseconds(100);
  TestServer server(Echo, options);
  Client client(server.port());
  EXPECT_EQ(client.Exchange(Get("/")).status, 200);
  EXPECT_TRUE(client.SeesClose());
}

TEST(Limits, ClosesFreshConnectionsThatSayNothing) {
  ServerOptions options = TestOptions();
  options.limits.header_timeout = absl::Milliseconds(100);
  TestServer server(Echo, options);
  EXPECT_TRUE(Client(server.port()).SeesClose());
}

Task<Response> Endless(Request, RequestContext) {
  Response response;
  response.body.assign(64 * 1024 * 1024, 'x');
  co_return response;
}

TEST(Limits, GivesUpOnAClientThatDoesNotRead) {
  ServerOptions options = TestOptions();
  options.limits.write_timeout = absl::Milliseconds(100);
  TestServer server(Endless, options);
  Client client(server.port());
  client.Send(Get("/"));
  ASSERT_TRUE(client.HasInput(/*within_ms=*/10'000));
  EXPECT_TRUE(Eventually([&] { return server.server().open_connections() == 0; }));
}

TEST(Limits, ClosesConnectionsBeyondTheirNumber) {
  ServerOptions options = TestOptions();
  options.limits.max_connections = 2;
  TestServer server(Echo, options);
  Client first(server.port());
  Client second(server.port());
  EXPECT_EQ(first.Exchange(Get("/")).status, 200);
  EXPECT_EQ(second.Exchange(Get("/")).status, 200);
  EXPECT_TRUE(Client(server.port()).SeesClose());
  first.Close();
  ASSERT_TRUE(Eventually([&] { return server.server().open_connections() == 1; }));
  EXPECT_EQ(Client(server.port()).Exchange(Get("/")).status, 200);
}

TEST(Limits, ClosesAfterTooManyPipelinedRequests) {
  ServerOptions options = TestOptions();
  options.limits.max_pipelined_requests = 3;
  TestServer server(Echo, options);
  Client patient(server.port());
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(patient.Exchange(Get("/")).Says("Connection: close"));
  Client greedy(server.port());
  std::string burst;
  for (int i = 0; i < 5; ++i) burst += Get("/");
  greedy.Send(burst);
  EXPECT_FALSE(greedy.Receive().Says("Connection: close"));
  EXPECT_FALSE(greedy.Receive().Says("Connection: close"));
  EXPECT_TRUE(greedy.Receive().Says("Connection: close"));
  EXPECT_TRUE(greedy.SeesClose());
}

TEST(Limits, HoldsIdleConnectionsInLittleMemory) {
  constexpr size_t kConnections = 2000;
  TestServer server(Echo);
  std::list<Client> warm_up;
  for (size_t i = 0; i < 50; ++i) warm_up.emplace_back(server.port()).Exchange(Get("/"));
  const size_t before = ResidentKilobytes();
  std::list<Client> clients;
  for (size_t i = 0; i < kConnections; ++i) {
    Client& client = clients.emplace_back(server.port());
    ASSERT_TRUE(client.connected());
    ASSERT_EQ(client.Exchange(Get("/")).status, 200);
  }
  EXPECT_EQ(server.server().open_connections(), kConnections + 50);
  const size_t after = ResidentKilobytes();
  RecordProperty("kilobytes_per_connection", static_cast<int>((after - before) / kConnections));
  EXPECT_LT(after - before, kConnections * 24) << "kB; a third of it without the sanitizers";
}

}  // namespace
}  // namespace plexus::http
