// Tenants that come and go, long polls that end, and what is left behind: nothing.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <future>

#include "common/rpc/reply.h"
#include "gateway/testing/gateway_harness.h"
#include "gmock/gmock.h"
#include "plexus/sync/v1/sync_service.rpc.h"

namespace plexus::gateway {
namespace {

using sync::v1::SyncRequest;
using sync::v1::SyncResponse;
using sync::v1::SyncService;
using testing::GatewayHarness;
using ::testing::HasSubstr;
using testing::HttpRequest;
using testing::TenantNamed;

constexpr char kSync[] = "/_matrix/client/v3/sync?timeout=30000&since=s1";

// A sync that waits until it is cancelled.
struct SlowSync {
  std::promise<void> began;
  std::promise<void> cancelled;

  Task<absl::StatusOr<SyncResponse>> Wait(std::shared_ptr<Cancellation> cancellation) {
    auto end = std::make_shared<rpc::Reply<bool>>(co_await boost::asio::this_coro::executor);
    Cancellation::Registration registration = cancellation->OnCancel([end] { end->Set(true); });
    began.set_value();
    const std::optional<bool> woken = co_await end->Wait(absl::Seconds(20));
    if (woken) cancelled.set_value();
    co_return absl::CancelledError("woken");
  }
  absl::Status Serve(rpc::Registry& registry) {
    return registry.Handle(SyncService::Sync, [this](const rpc::Context& context, const SyncRequest&) {
      return Wait(context.cancellation);
    });
  }
};

bool Happens(std::promise<void>& promise) {
  return promise.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready;
}

TEST(GatewayLifecycleTest, EndsASyncWhoseClientHasGone) {
  SlowSync sync;
  GatewayHarness gateway;
  ASSERT_TRUE(sync.Serve(gateway.registry()).ok());
  http::Client client(gateway.port());
  client.Send(HttpRequest("GET", kSync, "alice"));
  ASSERT_TRUE(Happens(sync.began));
  client.Close();
  EXPECT_TRUE(Happens(sync.cancelled));
}

TEST(GatewayLifecycleTest, AnswersWaitingSyncsAtOnceWhenItStops) {
  SlowSync sync;
  GatewayHarness gateway;
  ASSERT_TRUE(sync.Serve(gateway.registry()).ok());
  http::Client client(gateway.port());
  client.Send(HttpRequest("GET", kSync, "alice"));
  ASSERT_TRUE(Happens(sync.began));
  const auto before = std::chrono::steady_clock::now();
  gateway.Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(3));
  const http::Reply reply = client.Receive();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, R"({"next_batch":"s1"})");
}

TEST(GatewayLifecycleTest, LeavesNoDescriptorsBehind) {
  { GatewayHarness warm_up; }
  const size_t before = http::OpenDescriptors();
  {
    GatewayHarness gateway;
    EXPECT_EQ(gateway.Send("GET", "/_matrix/client/versions").status, 200);
    EXPECT_GT(http::OpenDescriptors(), before);
  }
  EXPECT_EQ(http::OpenDescriptors(), before);
}

TEST(GatewayLifecycleTest, FindsTheTenantByItsHosts) {
  platform::TenantConfig one = TenantNamed("one.org");
  one.public_base_url = "https://matrix.one.org/";
  one.federation_address = "fed.one.org:443";
  platform::TenantConfig two = TenantNamed("two.org:8448");
  two.support_json = R"({"contacts":[]})";
  GatewayHarness gateway({one, two});
  const auto get = [&](std::string_view target, std::string_view host) {
    return gateway.Send("GET", target, "", "", host);
  };
  for (const char* host : {"one.org", "ONE.org:1234", "matrix.one.org", "fed.one.org"}) {
    EXPECT_EQ(get("/.well-known/matrix/client", host).body,
              R"({"m.homeserver":{"base_url":"https://matrix.one.org/"}})")
        << host;
  }
  EXPECT_EQ(get("/.well-known/matrix/server", "one.org").body, R"({"m.server":"fed.one.org:443"})");
  EXPECT_EQ(get("/.well-known/matrix/support", "two.org:8448").body, R"({"contacts":[]})");
  EXPECT_EQ(get("/.well-known/matrix/support", "two.org").status, 200);
  const http::Reply unknown = get("/_matrix/client/versions", "three.org");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, HasSubstr("M_NOT_FOUND"));
}

TEST(GatewayLifecycleTest, GivesASingleTenantEveryHost) {
  GatewayHarness gateway;
  EXPECT_EQ(gateway.Send("GET", "/_matrix/client/versions", "", "", "127.0.0.1").status, 200);
}

TEST(GatewayLifecycleTest, OpensAndClosesTenantsWhileItRuns) {
  GatewayHarness gateway({TenantNamed("one.org"), TenantNamed("two.org")});
  const auto status = [&](std::string_view host) {
    return gateway.Send("GET", "/_matrix/client/versions", "", "", host).status;
  };
  EXPECT_EQ(status("three.org"), 404);
  ASSERT_TRUE(gateway.Open(TenantNamed("three.org")).ok());
  EXPECT_EQ(status("three.org"), 200);
  gateway.Close("three.org");
  EXPECT_EQ(status("three.org"), 404);
  EXPECT_EQ(status("one.org"), 200);
  gateway.Close("one.org");
  gateway.Close("two.org");
  EXPECT_EQ(status("one.org"), 503);
}

TEST(GatewayLifecycleTest, EndsTheSyncsOfATenantThatCloses) {
  SlowSync sync;
  GatewayHarness gateway({TenantNamed("one.org"), TenantNamed("two.org")});
  ASSERT_TRUE(sync.Serve(gateway.registry()).ok());
  http::Client client(gateway.port());
  client.Send(HttpRequest("GET", kSync, "alice", "", "one.org"));
  ASSERT_TRUE(Happens(sync.began));
  gateway.Close("one.org");
  EXPECT_EQ(client.Receive().status, 200);
}

TEST(GatewayLifecycleTest, ShutsDownAfterAStartThatFailed) {
  platform::Config config;
  config.file = "plexus.yaml";
  config.http = {{.bind = "127.0.0.1:0"}, {.bind = "127.0.0.1:0", .tls = true}};
  platform::IoThreads io(1);
  platform::Metrics metrics;
  rpc::Registry registry({io.Any()}, {});
  rpc::InProcessChannel channel(registry);
  GatewayRole role;
  const boost::asio::steady_timer reactor(io.Any());  // an io_context opens descriptors of its own with the first
  const size_t before = http::OpenDescriptors();
  const auto run = [&io](auto task) {
    return boost::asio::co_spawn(io.Any(), std::move(task), boost::asio::use_future).get();
  };
  ASSERT_TRUE(role.Setup({&config, &RealClock(), &io, &registry, &channel, nullptr, nullptr, &metrics}).ok());
  const absl::Status started = run(role.Start());
  EXPECT_THAT(std::string(started.message()), HasSubstr("tls_certificate_file"));
  run(role.Shutdown());
  EXPECT_EQ(http::OpenDescriptors(), before);
}

TEST(GatewayLifecycleTest, RefusesATenantWhoseCertificateCannotBeRead) {
  GatewayHarness gateway;
  platform::TenantConfig broken = TenantNamed("broken.org");
  broken.tls_certificate_file = "/nonexistent/cert.pem";
  EXPECT_THAT(std::string(gateway.Open(broken).message()), HasSubstr("/nonexistent/cert.pem"));
  EXPECT_EQ(gateway.Send("GET", "/_matrix/client/versions").status, 200);
}

}  // namespace
}  // namespace plexus::gateway
