#include "common/platform/samples.h"

#include <algorithm>

namespace plexus::platform {

std::string Samples::TenantLabel(std::string_view tenant) {
  if (tenants_.contains(tenant)) return std::string(tenant);
  if (tenants_.size() >= kMaxTenants) return "other";
  return *tenants_.emplace(tenant).first;
}

void Samples::Add(const MetricInfo& metric, double value, const std::vector<std::string_view>& labels) {
  const auto declared =
      std::count_if(metric.labels.begin(), metric.labels.end(), [](auto name) { return !name.empty(); });
  if (metric.type == MetricType::kHistogram || static_cast<size_t>(declared) != labels.size()) return;
  std::vector<std::string> values;
  for (size_t i = 0; i < labels.size(); ++i) {
    values.push_back(metric.labels[i] == "tenant" ? TenantLabel(labels[i]) : std::string(labels[i]));
  }
  by_name_[metric.name][std::move(values)] += value;
}

}  // namespace plexus::platform
