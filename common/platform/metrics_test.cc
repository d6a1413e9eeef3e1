#include "common/platform/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace plexus::platform {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(MetricsTest, CountsRequestsByRouteAndCode) {
  Metrics metrics;
  metrics.RequestAnswered("GET /sync", 200, absl::Milliseconds(3));
  metrics.RequestAnswered("GET /sync", 200, absl::Milliseconds(7));
  metrics.RequestAnswered("GET /sync", 401, absl::Milliseconds(1));
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr(R"(plexus_http_requests_total{code="200",route="GET /sync"} 2)"));
  EXPECT_THAT(text, HasSubstr(R"(plexus_http_requests_total{code="401",route="GET /sync"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(plexus_http_request_seconds_bucket{route="GET /sync",le="0.005"} 2)"));
  EXPECT_THAT(text, HasSubstr(R"(plexus_http_request_seconds_count{route="GET /sync"} 3)"));
}

TEST(MetricsTest, CountsCallsAndBatches) {
  Metrics metrics;
  metrics.CallHandled("account", "Login", "OK", absl::Milliseconds(2));
  metrics.BatchCommitted(3, absl::Milliseconds(2));
  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr(R"(plexus_rpc_calls_total{code="OK",method="Login",role="account"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(plexus_commit_batch_units_bucket{le="2"} 0)"));
  EXPECT_THAT(text, HasSubstr(R"(plexus_commit_batch_units_bucket{le="4"} 1)"));
}

TEST(MetricsTest, AddsUpWhatIsMeasuredUnderTheSameLabels) {
  Samples samples;
  samples.Add(metric::kCacheBytes, 10, {"rooms"});
  samples.Add(metric::kCacheBytes, 5, {"rooms"});
  samples.Add(metric::kCacheBytes, 1, {"recent_log"});
  samples.Add(metric::kReady, 1);
  const std::string text = Metrics().Render(samples);
  EXPECT_THAT(text, HasSubstr("# TYPE plexus_cache_bytes gauge\n"));
  EXPECT_THAT(text, HasSubstr(R"(plexus_cache_bytes{cache="rooms"} 15)"));
  EXPECT_THAT(text, HasSubstr(R"(plexus_cache_bytes{cache="recent_log"} 1)"));
  EXPECT_THAT(text, HasSubstr("plexus_ready 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("plexus_tenants"))) << "what was not measured is not shown";
}

TEST(MetricsTest, TakesNothingWithOtherLabelsThanDeclared) {
  Samples samples;
  samples.Add(metric::kCacheBytes, 10);
  samples.Add(metric::kReady, 1, {"surplus"});
  samples.Add(metric::kBatchUnits, 1);
  EXPECT_TRUE(samples.by_name().empty());
}

TEST(MetricsTest, TellsABoundedNumberOfTenantsApart) {
  Samples samples;
  for (size_t i = 0; i < Samples::kMaxTenants + 10; ++i) {
    for (const char* kind : {"room", "user"}) samples.Add(metric::kLogHead, 1, {absl::StrCat("t", i), kind});
  }
  const Samples::Values& heads = samples.by_name().at(metric::kLogHead.name);
  EXPECT_EQ(heads.size(), 2 * (Samples::kMaxTenants + 1));
  EXPECT_EQ(heads.at({"other", "room"}), 10);
}

}  // namespace
}  // namespace plexus::platform
