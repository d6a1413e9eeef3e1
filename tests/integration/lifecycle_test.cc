// The life of a host: whatever fails, Shutdown returns and nothing is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/fault.h"
#include "tests/integration/testing/http_client.h"
#include "tests/integration/testing/resources.h"
#include "tests/integration/testing/test_host.h"

namespace plexus::integration {
namespace {

using platform::Config;
using platform::ServiceHost;
using platform::TenantState;

constexpr char kVersions[] = "/_matrix/client/versions";

std::string RegisterUser(HttpClient& client, const std::string& name) {
  HttpAnswer asked = client.Post("/_matrix/client/v3/register", {{"username", name}, {"password", "a long password"}});
  EXPECT_EQ(asked.status, 401) << asked.body;
  json::Object auth = {{"type", "m.login.dummy"}, {"session", asked.json()["session"]}};
  HttpAnswer done =
      client.Post("/_matrix/client/v3/register", {{"username", name}, {"password", "a long password"}, {"auth", auth}});
  EXPECT_EQ(done.status, 200) << done.body;
  if (done.status != 200) return "";
  return std::string(done.json()["access_token"].as_string());
}

class LifecycleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = MakeBackends();
    if (!made.ok()) GTEST_SKIP() << made.status();
    backends_ = *std::move(made);
  }
  void TearDown() override { DisarmFaults(); }

  Resources Count() { return CountResources(backends_->database->connection_string(), backends_->redis_socket); }
  // What there is once it is `expected`, or after a while: Postgres takes its time to end a connection that was closed.
  Resources CountAwaiting(const Resources& expected) {
    const absl::Time give_up = absl::Now() + absl::Seconds(10);
    Resources now = Count();
    while (now != expected && absl::Now() < give_up) now = Count();
    return now;
  }

  // Everything that a host does once, traffic included.
  void CleanCycle(const std::vector<std::string>& tenants) {
    auto host = MakeHost(MakeConfig(*backends_, tenants));
    ASSERT_TRUE(host.ok()) << host.status();
    ASSERT_TRUE((*host)->Setup().ok());
    ASSERT_TRUE((*host)->Start().ok());
    HttpClient client(HttpBase(**host));
    client.set_host(tenants.front());
    token_ = RegisterUser(client, absl::StrCat("user", ++users_));
    client.set_access_token(token_);
    HttpAnswer room = client.Post("/_matrix/client/v3/createRoom", json::Object{{"preset", "public_chat"}});
    EXPECT_EQ(room.status, 200) << room.body;
    EXPECT_EQ(client.Get("/_matrix/client/v3/sync?timeout=0").status, 200);
    EXPECT_EQ(HttpClient("http://" + (*host)->metrics_addresses().front()).Get("/metrics").status, 200);
    (*host)->Shutdown(absl::Seconds(5));
  }

  // Runs a host in which something fails, and expects what a clean cycle leaves.
  void FailingCycle(Config config) {
    auto host = MakeHost(std::move(config));
    if (!host.ok()) return;
    absl::Status status = (*host)->Setup();
    if (status.ok()) status = (*host)->Start();
    (*host)->Shutdown(absl::Seconds(5));
    host->reset();
  }

  // Runs a host in whose background `point` throws, with traffic that may fail, until it has.
  void TroubledCycle(const std::string& point) {
    Config config = MakeConfig(*backends_, {"one.example"});
    config.process.lease_ttl_ms = 1000;
    config.process.shutdown_ms = 2000;
    auto host = MakeHost(std::move(config));
    ASSERT_TRUE(host.ok()) << host.status();
    absl::Status status = (*host)->Setup();
    if (status.ok()) status = (*host)->Start();
    if (status.ok()) {
      HttpClient client(HttpBase(**host));
      client.set_host("one.example");
      client.set_access_token(token_);
      client.Request("POST", "/_matrix/client/v3/createRoom", "{}", kPatienceMs).IgnoreError();
      client.Request("PUT", ProfilePath(), R"({"displayname":"Somebody"})", kPatienceMs).IgnoreError();
      client.Request("GET", "/_matrix/client/v3/sync?timeout=0", "", kPatienceMs).IgnoreError();
    }
    const absl::Time give_up = absl::Now() + absl::Seconds(5);
    while (FaultHits(point) == 0 && absl::Now() < give_up) absl::SleepFor(absl::Milliseconds(10));
    (*host)->Shutdown(absl::Seconds(2));
  }

  // Changing it is followed by work in the background.
  std::string ProfilePath() const {
    return absl::StrCat("/_matrix/client/v3/profile/", UrlEncode(absl::StrCat("@user", users_, ":one.example")),
                        "/displayname");
  }

  static constexpr int kPatienceMs = 1500;
  std::unique_ptr<Backends> backends_;
  std::string token_;  // of whoever was registered last
  int users_ = 0;
};

TEST_F(LifecycleTest, ACleanCycleLeavesNothing) {
  CleanCycle({"one.example"});
  const Resources first = Count();
  EXPECT_EQ(first.postgres_connections, 0);
  EXPECT_EQ(first.processes, 0);
  EXPECT_EQ(first.owned_shards, 0);
  EXPECT_EQ(first.redis_channels, 0);
  CleanCycle({"one.example"});
  EXPECT_EQ(CountAwaiting(first), first);
}

TEST_F(LifecycleTest, AFailureInAnyStepOfAnyRoleLeavesNothing) {
  CleanCycle({"one.example"});
  const Resources clean = Count();
  std::vector<std::string> points = {"host.setup", "host.start", "tenant.setup.one.example",
                                     "tenant.start.one.example"};
  for (const char* role : {"event_persister", "account", "room", "sync", "gateway"}) {
    points.push_back(absl::StrCat("host.setup.", role));
    points.push_back(absl::StrCat("host.start.", role));
    points.push_back(absl::StrCat("tenant.start.one.example.", role));
  }
  for (const std::string& point : points) {
    SCOPED_TRACE(point);
    ArmFault(point, {.kind = FaultAction::Kind::kError, .code = absl::StatusCode::kInternal});
    FailingCycle(MakeConfig(*backends_, {"one.example"}));
    EXPECT_GT(FaultHits(point), 0);
    DisarmFaults();
    EXPECT_EQ(CountAwaiting(clean), clean);
  }
}

TEST_F(LifecycleTest, ExceptionsInBackgroundWorkLeaveNothing) {
  CleanCycle({"one.example"});
  const Resources clean = Count();
  for (const char* point :
       {"background.lease_heartbeat", "background.lease_poll", "background.redis_link", "background.heads_beacon",
        "background.log_follower", "background.committer", "background.account_job", "background.idle_tenants"}) {
    for (int count : {1, FaultAction::kForever}) {
      SCOPED_TRACE(absl::StrCat(point, " ", count));
      ArmFault(point, {.kind = FaultAction::Kind::kThrow, .count = count});
      TroubledCycle(point);
      EXPECT_GT(FaultHits(point), 0);
      DisarmFaults();
      EXPECT_EQ(CountAwaiting(clean), clean);
    }
  }
}

TEST_F(LifecycleTest, WhatTheSurroundingsRefuseLeavesNothing) {
  CleanCycle({"one.example"});
  const Resources clean = Count();
  {
    SCOPED_TRACE("bad DSN");
    Config config = MakeConfig(*backends_, {"one.example"});
    config.database.uri = "host=/nonexistent dbname=none";
    FailingCycle(config);
    EXPECT_EQ(CountAwaiting(clean), clean);
  }
  {
    SCOPED_TRACE("Redis refused");
    Config config = MakeConfig(*backends_, {"one.example"});
    config.redis.socket = "/nonexistent/redis.sock";
    FailingCycle(config);
    EXPECT_EQ(CountAwaiting(clean), clean);
  }
  {
    SCOPED_TRACE("port taken");
    Config config = MakeConfig(*backends_, {"one.example"});
    config.http.front() = {.unix_path = "/nonexistent/http.sock"};
    FailingCycle(config);
    EXPECT_EQ(CountAwaiting(clean), clean);
  }
  {
    SCOPED_TRACE("RPC address taken");
    Config config = MakeConfig(*backends_, {"one.example"});
    config.rpc.front().unix_path = "/nonexistent/rpc.sock";
    FailingCycle(config);
    EXPECT_EQ(CountAwaiting(clean), clean);
  }
  {
    SCOPED_TRACE("metrics address taken");
    Config config = MakeConfig(*backends_, {"one.example"});
    config.metrics.push_back({.unix_path = "/nonexistent/metrics.sock"});
    FailingCycle(config);
    EXPECT_EQ(Count(), clean);
  }
  {
    SCOPED_TRACE("bad signing key");
    Config config = MakeConfig(*backends_, {"one.example"});
    config.tenants.front().signing_key_file = backends_->directory + "/bad.key";
    std::ofstream(config.tenants.front().signing_key_file) << "ed25519 nonsense";
    FailingCycle(config);
    EXPECT_EQ(CountAwaiting(clean), clean);
  }
  {
    SCOPED_TRACE("migration error");
    Config config = MakeConfig(*backends_, {"one.example"});
    config.tenants.front().server_name = "other.example";  // whose schema belongs to one.example
    FailingCycle(config);
    EXPECT_EQ(CountAwaiting(clean), clean);
  }
}

TEST_F(LifecycleTest, ABrokenTenantLeavesTheOthersServing) {
  Config config = MakeConfig(*backends_, {"one.example", "two.example", "broken.example"});
  config.tenants[2].signing_key_file = "/nonexistent.key";
  auto host = MakeHost(std::move(config));
  ASSERT_TRUE(host.ok()) << host.status();
  ASSERT_TRUE((*host)->Setup().ok());
  ASSERT_TRUE((*host)->Start().ok());
  for (const char* name : {"one.example", "two.example"}) {
    HttpClient client(HttpBase(**host));
    client.set_host(name);
    client.set_access_token(RegisterUser(client, "alice"));
    HttpAnswer me = client.Get("/_matrix/client/v3/account/whoami");
    EXPECT_EQ(me.json()["user_id"], json::Value(absl::StrCat("@alice:", name)));
  }
  for (const auto& tenant : (*host)->Tenants()) {
    const bool broken = tenant.server_name == "broken.example";
    EXPECT_EQ(tenant.state, broken ? TenantState::kFailed : TenantState::kRunning) << tenant.server_name;
  }
}

TEST_F(LifecycleTest, TenantsComeAndGoWhileOthersServe) {
  auto host = MakeHost(MakeConfig(*backends_, {"one.example"}));
  ASSERT_TRUE(host.ok()) << host.status();
  ASSERT_TRUE((*host)->Setup().ok());
  ASSERT_TRUE((*host)->Start().ok());
  HttpClient one(HttpBase(**host));
  one.set_host("one.example");
  one.set_access_token(RegisterUser(one, "alice"));

  ASSERT_TRUE((*host)->AddTenant(MakeTenant(*backends_, "two.example")).ok());
  HttpClient two(HttpBase(**host));
  two.set_host("two.example");
  two.set_access_token(RegisterUser(two, "bob"));
  EXPECT_EQ(two.Post("/_matrix/client/v3/createRoom", json::Object()).status, 200);
  EXPECT_EQ(one.Post("/_matrix/client/v3/createRoom", json::Object()).status, 200);

  EXPECT_EQ((*host)->AddTenant(MakeTenant(*backends_, "two.example")).code(), absl::StatusCode::kAlreadyExists);
  ASSERT_TRUE((*host)->RemoveTenant("two.example").ok());
  EXPECT_EQ(one.Post("/_matrix/client/v3/createRoom", json::Object()).status, 200);
  EXPECT_NE(two.Get("/_matrix/client/v3/account/whoami").status, 200);
}

TEST_F(LifecycleTest, AHundredIdleTenantsCostNoConnectionsOrThreads) {
  auto count_with = [&](const std::vector<std::string>& names, const Resources* expected) {
    Config config = MakeConfig(*backends_, names);
    config.database.max_connections = 1;  // the pool grows with concurrency, which is not what is counted here
    config.rpc.clear();                   // likewise gRPC's threads
    auto host = MakeHost(std::move(config));
    EXPECT_TRUE((*host)->Setup().ok());
    EXPECT_TRUE((*host)->Start().ok());
    HttpClient client(HttpBase(**host));
    client.set_host(names.front());
    EXPECT_EQ(client.Get(kVersions).status, 200);
    return expected == nullptr ? Count() : CountAwaiting(*expected);
  };
  std::vector<std::string> names = {"one.example"};
  const Resources one = count_with(names, nullptr);
  for (int i = 0; i < 100; ++i) names.push_back(absl::StrCat("tenant", i, ".example"));
  const Resources many = count_with(names, &one);
  EXPECT_EQ(many, one);
  EXPECT_EQ(many.owned_shards, 0);
}

}  // namespace
}  // namespace plexus::integration
