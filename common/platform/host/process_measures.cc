#include "common/platform/host/process_measures.h"

#include <string>

namespace plexus::platform {
namespace {

void MeasurePool(const storage::Database& database, Samples& samples) {
  const storage::DatabaseStats stats = database.Stats();
  samples.Add(metric::kPoolConnections, stats.connections);
  samples.Add(metric::kPoolMaxConnections, database.options().max_connections);
  samples.Add(metric::kPoolQueued, stats.queued);
  samples.Add(metric::kPoolRuns, static_cast<double>(stats.runs));
  samples.Add(metric::kPoolWaitSeconds, absl::ToDoubleSeconds(stats.total_wait));
  samples.Add(metric::kPoolRejected, static_cast<double>(stats.rejected));
  samples.Add(metric::kPoolConnects, static_cast<double>(stats.connects), {"ok"});
  samples.Add(metric::kPoolConnects, static_cast<double>(stats.failed_connects), {"failed"});
}

void MeasureBus(const bus::Bus& bus, Samples& samples) {
  const bus::BusCounters counters = bus.counters();
  samples.Add(metric::kBusConnected, bus.connected() ? 1 : 0);
  samples.Add(metric::kBusConnects, static_cast<double>(counters.connects));
  samples.Add(metric::kBusPublished, static_cast<double>(counters.published));
  samples.Add(metric::kBusDropped, static_cast<double>(counters.dropped_disconnected), {"disconnected"});
  samples.Add(metric::kBusDropped, static_cast<double>(counters.dropped_over_bound), {"over_bound"});
  samples.Add(metric::kBusDelivered, static_cast<double>(counters.delivered_local), {"local"});
  samples.Add(metric::kBusDelivered, static_cast<double>(counters.delivered_remote), {"remote"});
  samples.Add(metric::kBusOverflows, static_cast<double>(counters.subscriber_overflows));
}

void MeasureDirectory(const Directory& directory, Samples& samples) {
  for (const auto& [id, process] : directory.processes) {
    for (const std::string& role : process.roles) samples.Add(metric::kProcesses, 1, {role});
  }
}

void MeasureShards(const Directory& directory, Samples& samples) {
  for (rpc::ShardKind kind : {rpc::ShardKind::kRoom, rpc::ShardKind::kUser}) {
    double owned = 0, free = 0;
    for (const auto& [key, owner] : directory.owners) {
      if (key.kind != static_cast<int>(kind)) continue;
      owned += owner.process_id == directory.self ? 1 : 0;
      free += directory.OwnerOf(key) == nullptr ? 1 : 0;
    }
    samples.Add(metric::kShardsOwned, owned, {rpc::ShardKindName(kind)});
    samples.Add(metric::kShardsFree, free, {rpc::ShardKindName(kind)});
  }
}

}  // namespace

void MeasureProcess(ProcessParts& parts, Samples& samples) {
  MeasureBus(parts.bus(), samples);
  const DirectoryPtr directory = parts.directory().Current();
  MeasureDirectory(*directory, samples);
  if (!parts.has_database()) return;
  MeasurePool(parts.database(), samples);
  MeasureShards(*directory, samples);
  samples.Add(metric::kLeaseValid, parts.leases().LeaseValid() ? 1 : 0);
  for (const bus::ShardHead& head : parts.beacon().Heads()) {
    samples.Add(metric::kLogHead, static_cast<double>(head.head), {head.tenant, head.kind});
  }
}

}  // namespace plexus::platform
