#include "common/platform/metrics_page.h"

#include "absl/strings/str_cat.h"
#include "common/platform/metric_list.h"

namespace plexus::platform {
namespace {

constexpr std::string_view kHeader =
    "# Metrics\n\n"
    "Generated from `common/platform/metric_list.h` by\n"
    "`PLEXUS_UPDATE=1 plexus_platform_test --gtest_filter=MetricsPageTest.*`, run in the root of the tree. Do not "
    "edit.\n\n"
    "Every process shows its own under `GET /metrics` of each listener in `listeners.metrics`, in the Prometheus text\n"
    "format. It shows what it has: one without a database has no `plexus_pool_…`. Histograms have `_bucket`, `_sum` "
    "and\n"
    "`_count`. What to watch is in [operations.md](operations.md#what-to-watch).\n\n"
    "| metric | type | labels | meaning |\n|---|---|---|---|\n";

std::string_view TypeName(MetricType type) {
  switch (type) {
    case MetricType::kCounter: return "counter";
    case MetricType::kGauge: return "gauge";
    case MetricType::kHistogram: return "histogram";
  }
  return "";
}

std::string LabelList(const MetricInfo& metric) {
  std::string list;
  for (std::string_view label : metric.labels) {
    if (!label.empty()) absl::StrAppend(&list, list.empty() ? "" : ", ", "`", label, "`");
  }
  return list;
}

}  // namespace

std::string MetricsPage() {
  std::string page(kHeader);
  for (const MetricInfo* metric : kAllMetrics) {
    absl::StrAppend(&page, "| `", metric->name, "` | ", TypeName(metric->type), " | ", LabelList(*metric), " | ",
                    metric->help, " |\n");
  }
  return page;
}

}  // namespace plexus::platform
