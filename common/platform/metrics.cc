#include "common/platform/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

namespace plexus::platform {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                          0.1,    0.25,  0.5,    1,     2.5,  10,    30};

struct Call {
  prometheus::Counter* count;
  prometheus::Histogram* seconds;
};

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& calls = prometheus::BuildCounter()
                                                       .Name("plexus_calls_total")
                                                       .Help("Handled calls by role, method and code")
                                                       .Register(registry);
  prometheus::Family<prometheus::Histogram>& call_seconds =
      prometheus::BuildHistogram().Name("plexus_call_seconds").Help("Duration of handled calls").Register(registry);
  prometheus::Gauge& tenants =
      prometheus::BuildGauge().Name("plexus_tenants").Help("Running tenants").Register(registry).Add({});

  absl::Mutex mutex;
  absl::flat_hash_map<std::string, Call> by_name ABSL_GUARDED_BY(mutex);  // "role/method/code"
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::CallFinished(std::string_view role, std::string_view method, std::string_view code, absl::Duration took) {
  const std::string name = absl::StrCat(role, "/", method, "/", code);
  Call call;
  {
    absl::MutexLock lock(&families_->mutex);
    auto [it, is_new] = families_->by_name.try_emplace(name);
    if (is_new) {
      const prometheus::Labels labels = {{"role", std::string(role)}, {"method", std::string(method)}};
      prometheus::Labels with_code = labels;
      with_code["code"] = std::string(code);
      it->second = {&families_->calls.Add(with_code), &families_->call_seconds.Add(labels, kSeconds)};
    }
    call = it->second;
  }
  call.count->Increment();
  call.seconds->Observe(absl::ToDoubleSeconds(took));
}

void Metrics::SetTenants(int running) { families_->tenants.Set(running); }

std::string Metrics::Render() const { return prometheus::TextSerializer().Serialize(families_->registry.Collect()); }

}  // namespace plexus::platform
