// What a host tells who watches it: metrics, health, and nothing to callers without the secret.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/platform/metric_list.h"
#include "tests/integration/testing/http_client.h"
#include "tests/integration/testing/test_host.h"

namespace plexus::integration {
namespace {

using ::testing::HasSubstr;

// Names on a metrics page, by their "# TYPE" lines.
std::set<std::string> NamesOn(const std::string& page) {
  std::set<std::string> names;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(page, '\n'))) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    if (line.starts_with("# TYPE ")) names.insert(words[2]);
  }
  return names;
}

// The value of a series, or -1.
double ValueOf(const std::string& page, const std::string& series) {
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(page, '\n'))) {
    if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
  }
  return -1;
}

class MonitorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = MakeBackends();
    if (!made.ok()) GTEST_SKIP() << made.status();
    backends_ = *std::move(made);
  }

  void Start(platform::Config config) {
    host_ = *MakeHost(std::move(config));
    ASSERT_TRUE(host_->Setup().ok());
    absl::Status started = host_->Start();
    ASSERT_TRUE(started.ok()) << started;
    ASSERT_FALSE(host_->metrics_addresses().empty());
    const std::string address = host_->metrics_addresses().front();
    monitor_ = std::make_unique<HttpClient>(address.starts_with("unix:") ? address : "http://" + address);
  }

  // One user who makes a room and syncs.
  void MakeTraffic() {
    HttpClient client(HttpBase(*host_));
    client.set_host("one.example");
    json::Object body = {{"username", "alice"}, {"password", "a long password"}};
    const json::Object asked = client.Post("/_matrix/client/v3/register", body).json();
    body["auth"] = json::Object{{"type", "m.login.dummy"}, {"session", asked.at("session")}};
    HttpAnswer registered = client.Post("/_matrix/client/v3/register", body);
    ASSERT_EQ(registered.status, 200) << registered.body;
    client.set_access_token(std::string(registered.json()["access_token"].as_string()));
    ASSERT_EQ(client.Post("/_matrix/client/v3/createRoom", json::Object()).status, 200);
    ASSERT_EQ(client.Get("/_matrix/client/v3/sync?timeout=0").status, 200);
  }

  std::unique_ptr<Backends> backends_;
  std::unique_ptr<platform::ServiceHost> host_;
  std::unique_ptr<HttpClient> monitor_;
};

TEST_F(MonitorTest, ShowsEveryMetricThatIsDeclaredAndNoOther) {
  Start(MakeConfig(*backends_, {"one.example"}));
  MakeTraffic();
  const HttpAnswer answer = monitor_->Get("/metrics");
  ASSERT_EQ(answer.status, 200);
  EXPECT_THAT(answer.headers.at("content-type"), HasSubstr("text/plain; version=0.0.4"));
  std::set<std::string> declared;
  for (const platform::MetricInfo* metric : platform::kAllMetrics) declared.emplace(metric->name);
  EXPECT_THAT(NamesOn(answer.body), ::testing::ContainerEq(declared));
}

TEST_F(MonitorTest, CountsWhatHappened) {
  Start(MakeConfig(*backends_, {"one.example"}));
  MakeTraffic();
  const std::string page = monitor_->Get("/metrics").body;
  EXPECT_EQ(ValueOf(page, R"(plexus_http_requests_total{code="200",route="GET /_matrix/client/v3/sync"})"), 1);
  EXPECT_EQ(ValueOf(page, R"(plexus_http_requests_total{code="401",route="POST /_matrix/client/v3/register"})"), 1);
  EXPECT_EQ(ValueOf(page, R"(plexus_rpc_calls_total{code="OK",method="Sync",role="sync"})"), 1);
  EXPECT_EQ(ValueOf(page, R"(plexus_shards_owned{kind="room"})"), 4);
  EXPECT_EQ(ValueOf(page, R"(plexus_shards_free{kind="room"})"), 0);
  EXPECT_EQ(ValueOf(page, R"(plexus_tenants{state="running"})"), 1);
  EXPECT_EQ(ValueOf(page, R"(plexus_processes{role="gateway"})"), 1);
  EXPECT_EQ(ValueOf(page, R"(plexus_reader_lag{kind="room"})"), 0);
  EXPECT_EQ(ValueOf(page, R"(plexus_cache_entries{cache="tokens"})"), 1);
  EXPECT_GT(ValueOf(page, R"(plexus_log_head{tenant="one.example",kind="room"})"), 0);
  EXPECT_GT(ValueOf(page, R"(plexus_cache_bytes{cache="rooms"})"), 0);
  EXPECT_GT(ValueOf(page, "plexus_commit_batch_units_count"), 0);
  EXPECT_GT(ValueOf(page, "plexus_pool_runs_total"), 0);
  EXPECT_EQ(ValueOf(page, "plexus_ready"), 1);
  EXPECT_EQ(ValueOf(page, "plexus_lease_valid"), 1);
}

TEST_F(MonitorTest, SaysThatItIsReady) {
  platform::Config config = MakeConfig(*backends_, {"one.example"});
  config.process.id = "watched";
  config.metrics = {{.unix_path = backends_->directory + "/metrics.sock"}};
  Start(std::move(config));
  const HttpAnswer health = monitor_->Get("/health");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(health.body, "{\"ready\":true,\"process\":\"watched\"}\n");
  EXPECT_EQ(monitor_->Get("/").status, 404);
  EXPECT_EQ(monitor_->Post("/metrics", json::Object()).status, 405);
}

TEST_F(MonitorTest, TakesOverSecretsWhileItRuns) {
  platform::Config config = MakeConfig(*backends_, {"one.example"});
  config.rpc = {{.bind = "0.0.0.0:0"}};
  config.rpc_security.secrets = {"one"};
  Start(std::move(config));
  EXPECT_TRUE(host_->ReplaceSecrets({"two", "one"}).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(host_->ReplaceSecrets({"a", "b", "c"})));
  EXPECT_TRUE(absl::IsFailedPrecondition(host_->ReplaceSecrets({}))) << "the listener would be open to everybody";
}

TEST_F(MonitorTest, RefusesAPlaintextRpcListenerBeyondThisHost) {
  platform::Config config = MakeConfig(*backends_, {"one.example"});
  config.rpc = {{.bind = "0.0.0.0:0"}};
  auto host = *MakeHost(std::move(config));
  ASSERT_TRUE(host->Setup().ok());
  const absl::Status started = host->Start();
  EXPECT_TRUE(absl::IsFailedPrecondition(started)) << started;
  EXPECT_THAT(std::string(started.message()), HasSubstr("0.0.0.0"));
}

}  // namespace
}  // namespace plexus::integration
