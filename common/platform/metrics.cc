#include "common/platform/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

namespace plexus::platform {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;

const Histogram::BucketBoundaries kSeconds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                              0.1,    0.25,  0.5,    1,     2.5,  10,    30};
const Histogram::BucketBoundaries kUnits = {1, 2, 4, 8, 16, 32, 64, 128, 256};

// What is counted of one route or method and code.
struct Outcome {
  Counter* count = nullptr;
  Histogram* seconds = nullptr;

  void Record(absl::Duration took) const {
    count->Increment();
    seconds->Observe(absl::ToDoubleSeconds(took));
  }
};

prometheus::MetricType TypeOf(MetricType type) {
  return type == MetricType::kCounter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
}

prometheus::ClientMetric ToMetric(const MetricInfo& info, const std::vector<std::string>& labels, double value) {
  prometheus::ClientMetric metric;
  for (size_t i = 0; i < labels.size(); ++i) metric.label.push_back({std::string(info.labels[i]), labels[i]});
  (info.type == MetricType::kCounter ? metric.counter.value : metric.gauge.value) = value;
  return metric;
}

}  // namespace

struct Metrics::Families {
  Family<Counter>& MakeCounter(const MetricInfo& info) {
    return prometheus::BuildCounter().Name(std::string(info.name)).Help(std::string(info.help)).Register(registry);
  }
  Family<Histogram>& MakeHistogram(const MetricInfo& info) {
    return prometheus::BuildHistogram().Name(std::string(info.name)).Help(std::string(info.help)).Register(registry);
  }

  // The counters under `key`, made by `make` the first time.
  template <typename Make>
  Outcome Find(const std::string& key, Make make) {
    absl::MutexLock lock(&mutex);
    auto [it, is_new] = outcomes.try_emplace(key);
    if (is_new) it->second = make();
    return it->second;
  }

  prometheus::Registry registry;
  Family<Counter>& requests = MakeCounter(metric::kHttpRequests);
  Family<Histogram>& request_seconds = MakeHistogram(metric::kHttpSeconds);
  Family<Counter>& calls = MakeCounter(metric::kRpcCalls);
  Family<Histogram>& call_seconds = MakeHistogram(metric::kRpcSeconds);
  Family<Histogram>& batch_units = MakeHistogram(metric::kBatchUnits);
  Family<Histogram>& batch_seconds = MakeHistogram(metric::kBatchSeconds);

  absl::Mutex mutex;
  absl::flat_hash_map<std::string, Outcome> outcomes ABSL_GUARDED_BY(mutex);
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::RequestAnswered(std::string_view route, int status, absl::Duration took) {
  const auto make = [&] {
    const std::string name(route);
    return Outcome{&families_->requests.Add({{"route", name}, {"code", absl::StrCat(status)}}),
                   &families_->request_seconds.Add({{"route", name}}, kSeconds)};
  };
  families_->Find(absl::StrCat(route, "\n", status), make).Record(took);
}

void Metrics::CallHandled(std::string_view role, std::string_view method, std::string_view code, absl::Duration took) {
  const auto make = [&] {
    const prometheus::Labels labels = {{"role", std::string(role)}, {"method", std::string(method)}};
    prometheus::Labels with_code = labels;
    with_code["code"] = std::string(code);
    return Outcome{&families_->calls.Add(with_code), &families_->call_seconds.Add(labels, kSeconds)};
  };
  families_->Find(absl::StrCat(role, "/", method, "/", code), make).Record(took);
}

void Metrics::BatchCommitted(size_t units, absl::Duration took) {
  families_->batch_units.Add({}, kUnits).Observe(static_cast<double>(units));
  families_->batch_seconds.Add({}, kSeconds).Observe(absl::ToDoubleSeconds(took));
}

std::string Metrics::Render(const Samples& measured) const {
  std::vector<prometheus::MetricFamily> families = families_->registry.Collect();
  for (const MetricInfo* info : kAllMetrics) {
    auto values = measured.by_name().find(info->name);
    if (values == measured.by_name().end()) continue;
    prometheus::MetricFamily family{std::string(info->name), std::string(info->help), TypeOf(info->type), {}};
    for (const auto& [labels, value] : values->second) family.metric.push_back(ToMetric(*info, labels, value));
    families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace plexus::platform
