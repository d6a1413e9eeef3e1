#include "tests/load/chat/results.h"

#include <boost/json/serialize.hpp>

#include "absl/strings/str_format.h"
#include "common/json/value.h"

namespace plexus::load {
namespace {

double Micros(int64_t nanos) { return static_cast<double>(nanos) / 1000; }

json::Object LatencyJson(const Histogram& histogram) {
  return {{"count", histogram.count()},
          {"p50_us", Micros(histogram.Quantile(0.5))},
          {"p95_us", Micros(histogram.Quantile(0.95))},
          {"p99_us", Micros(histogram.Quantile(0.99))},
          {"max_us", Micros(histogram.max())}};
}

std::string LatencyRow(std::string_view name, const Histogram& histogram) {
  auto millis = [&](double share) { return static_cast<double>(histogram.Quantile(share)) / 1e6; };
  return absl::StrFormat("%-18s p50 %8.2f   p95 %8.2f   p99 %8.2f   max %8.2f ms\n", name, millis(0.5), millis(0.95),
                         millis(0.99), millis(1));
}

std::string CpuRow(std::string_view name, double cpu_seconds, const Results& results) {
  const double events = static_cast<double>(std::max<int64_t>(results.acknowledged, 1));
  return absl::StrFormat("%-18s %5.1f %% of a core, %7.1f µs an event", name, 100 * cpu_seconds / results.seconds,
                         1e6 * cpu_seconds / events);
}

}  // namespace

std::string RenderTable(const Options& options, const Results& results) {
  std::string text =
      absl::StrFormat("%d senders, %d rooms, %d readers, %.1f s%s\n", options.senders, options.rooms, options.readers,
                      results.seconds, options.rate > 0 ? absl::StrFormat(", %g events/s asked", options.rate) : "");
  absl::StrAppendFormat(&text, "%-18s %8.0f events/s\n", "throughput",
                        static_cast<double>(results.acknowledged) / results.seconds);
  text += LatencyRow("send", results.send);
  text += LatencyRow("send to sync", results.delivery);
  absl::StrAppendFormat(&text, "%-18s %d lost, %d doubled, %d limited syncs\n", "events", results.lost, results.doubled,
                        results.limited_syncs);
  for (const auto& [what, count] : results.failures)
    absl::StrAppendFormat(&text, "%-18s %d x %s\n", "failed", count, what);
  text += CpuRow("generator", results.own_cpu_seconds, results) + "\n";
  for (const ProcessResult& process : results.processes) {
    absl::StrAppendFormat(&text, "%s, %.1f MB\n", CpuRow(process.name, process.cpu_seconds, results),
                          static_cast<double>(process.resident_bytes) / 1e6);
  }
  return text;
}

std::string RenderJson(const Options& options, const Results& results) {
  json::Object failures, processes;
  for (const auto& [what, count] : results.failures) failures[what] = count;
  for (const ProcessResult& process : results.processes) {
    processes[process.name] = {{"cpu_s", process.cpu_seconds}, {"rss_bytes", process.resident_bytes}};
  }
  const json::Object all = {{"target", options.target},
                            {"senders", options.senders},
                            {"rooms", options.rooms},
                            {"readers", options.readers},
                            {"rate_asked", options.rate},
                            {"seconds", results.seconds},
                            {"acknowledged", results.acknowledged},
                            {"events_per_s", static_cast<double>(results.acknowledged) / results.seconds},
                            {"send", LatencyJson(results.send)},
                            {"delivery", LatencyJson(results.delivery)},
                            {"failures", std::move(failures)},
                            {"limited_syncs", results.limited_syncs},
                            {"lost", results.lost},
                            {"doubled", results.doubled},
                            {"generator_cpu_s", results.own_cpu_seconds},
                            {"processes", std::move(processes)}};
  return boost::json::serialize(all) + "\n";
}

}  // namespace plexus::load
