// What is measured at the moment somebody asks: sizes, queues, positions.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/platform/metric_list.h"

namespace plexus::platform {

// One reading of a process. Not thread-safe.
class Samples {
 public:
  // Tenants that a metric tells apart; what is measured of others counts for the tenant "other".
  static constexpr size_t kMaxTenants = 200;

  // Adds `value` to what was measured of the metric with these labels, in the order in which it declares them. Neither
  // a histogram nor a metric with another number of labels is taken.
  void Add(const MetricInfo& metric, double value, const std::vector<std::string_view>& labels = {});

  using Values = std::map<std::vector<std::string>, double>;  // by the values of the labels
  const std::map<std::string_view, Values>& by_name() const { return by_name_; }

 private:
  std::string TenantLabel(std::string_view tenant);

  std::map<std::string_view, Values> by_name_;
  std::set<std::string, std::less<>> tenants_;
};

}  // namespace plexus::platform
