#include "common/platform/metrics_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "common/platform/metric_list.h"

namespace plexus::platform {
namespace {

constexpr char kPage[] = "docs/metrics.md";

TEST(MetricsPageTest, PageIsFresh) {
  const std::string page = MetricsPage();
  if (std::getenv("PLEXUS_UPDATE") != nullptr) std::ofstream(kPage) << page;
  std::stringstream written;
  written << std::ifstream(kPage).rdbuf();
  EXPECT_EQ(written.str(), page) << kPage << " is stale: run this test with PLEXUS_UPDATE=1";
}

TEST(MetricsPageTest, NamesFollowPrometheus) {
  std::set<std::string_view> names;
  for (const MetricInfo* metric : kAllMetrics) {
    EXPECT_TRUE(names.insert(metric->name).second) << metric->name << " is listed twice";
    EXPECT_TRUE(metric->name.starts_with("plexus_") || metric->name.starts_with("process_")) << metric->name;
    EXPECT_EQ(metric->name.ends_with("_total"), metric->type == MetricType::kCounter) << metric->name;
    EXPECT_FALSE(metric->help.empty()) << metric->name;
  }
}

}  // namespace
}  // namespace plexus::platform
