// Every metric of Plexus: what may be recorded, and what docs/metrics.md shows. Labels are bounded: roles, RPC methods,
// routes, codes, shard kinds, and tenants up to Samples::kMaxTenants; never users or rooms.
#pragma once

#include <array>
#include <string_view>

namespace plexus::platform {

enum class MetricType { kCounter, kGauge, kHistogram };

struct MetricInfo {
  std::string_view name;
  MetricType type;
  std::array<std::string_view, 3> labels;  // those that are not empty
  std::string_view help;
};

namespace metric {

using enum MetricType;

// Requests and calls.
inline constexpr MetricInfo kHttpRequests = {
    "plexus_http_requests_total",
    kCounter,
    {"route", "code"},
    "HTTP requests that were answered, by row of the gateway's table and HTTP status"};
inline constexpr MetricInfo kHttpSeconds = {"plexus_http_request_seconds",
                                            kHistogram,
                                            {"route"},
                                            "From the end of a request's body to its answer; /sync waits on purpose"};
inline constexpr MetricInfo kHttpConnections = {
    "plexus_http_connections", kGauge, {}, "Client connections that are open"};
inline constexpr MetricInfo kRpcCalls = {"plexus_rpc_calls_total",
                                         kCounter,
                                         {"role", "method", "code"},
                                         "RPCs that this process has handled, its own included, by gRPC status"};
inline constexpr MetricInfo kRpcSeconds = {
    "plexus_rpc_call_seconds",
    kHistogram,
    {"role", "method"},
    "From the arrival of an RPC to its answer, the wait for its thread included"};

// Postgres.
inline constexpr MetricInfo kPoolConnections = {
    "plexus_pool_connections", kGauge, {}, "Connections to Postgres that are open"};
inline constexpr MetricInfo kPoolMaxConnections = {
    "plexus_pool_max_connections", kGauge, {}, "database.max_connections"};
inline constexpr MetricInfo kPoolQueued = {
    "plexus_pool_queued", kGauge, {}, "Pieces of work that wait for a connection"};
inline constexpr MetricInfo kPoolRuns = {
    "plexus_pool_runs_total", kCounter, {}, "Pieces of work that got a connection"};
inline constexpr MetricInfo kPoolWaitSeconds = {
    "plexus_pool_wait_seconds_total", kCounter, {}, "Time that they waited for it, together"};
inline constexpr MetricInfo kPoolRejected = {
    "plexus_pool_rejected_total", kCounter, {}, "Pieces of work refused because the queue was full"};
inline constexpr MetricInfo kPoolConnects = {
    "plexus_pool_connects_total", kCounter, {"result"}, "Attempts to connect to Postgres: ok, failed"};

// Writing.
inline constexpr MetricInfo kBatchUnits = {
    "plexus_commit_batch_units", kHistogram, {}, "Writes of rooms that one commit carried"};
inline constexpr MetricInfo kBatchSeconds = {
    "plexus_commit_batch_seconds", kHistogram, {}, "How long such a commit took, its outcome included"};

// Shards, leases and logs.
inline constexpr MetricInfo kShardsOwned = {
    "plexus_shards_owned", kGauge, {"kind"}, "Shards that this process owns: room, user"};
inline constexpr MetricInfo kShardsFree = {
    "plexus_shards_free",
    kGauge,
    {"kind"},
    "Shards of tenants in use here that nobody owns; soon taken by who is called"};
inline constexpr MetricInfo kLeaseValid = {
    "plexus_lease_valid", kGauge, {}, "1 while this process may act as an owner; 0: it cannot reach Postgres"};
inline constexpr MetricInfo kProcesses = {
    "plexus_processes", kGauge, {"role"}, "Live processes with the role, as this one sees them"};
inline constexpr MetricInfo kLogHead = {
    "plexus_log_head",
    kGauge,
    {"tenant", "kind"},
    "Heads of the logs that this process owns, added up: its rate is what is written"};
inline constexpr MetricInfo kReaderLag = {
    "plexus_reader_lag", kGauge, {"kind"}, "Log entries known to exist and not read yet by this process's syncs"};

// Redis.
inline constexpr MetricInfo kBusConnected = {
    "plexus_bus_connected", kGauge, {}, "1 while both connections to Redis are there"};
inline constexpr MetricInfo kBusConnects = {
    "plexus_bus_connects_total", kCounter, {}, "Connections to Redis, the first two included"};
inline constexpr MetricInfo kBusPublished = {"plexus_bus_published_total", kCounter, {}, "Messages given to Redis"};
inline constexpr MetricInfo kBusDropped = {
    "plexus_bus_dropped_total",
    kCounter,
    {"reason"},
    "Messages not given to Redis: disconnected, over_bound. Readers find them in Postgres"};
inline constexpr MetricInfo kBusDelivered = {
    "plexus_bus_delivered_total", kCounter, {"from"}, "Messages handed to subscribers here: local, remote"};
inline constexpr MetricInfo kBusOverflows = {
    "plexus_bus_overflows_total", kCounter, {}, "Subscribers that were too slow and had to read Postgres"};

// Caches and tenants.
inline constexpr MetricInfo kCacheBytes = {
    "plexus_cache_bytes",
    kGauge,
    {"cache"},
    "Memory in use: rooms (hot rooms of event_persister), recent_log (log entries of sync)"};
inline constexpr MetricInfo kCacheEntries = {
    "plexus_cache_entries", kGauge, {"cache"}, "Entries of tokens (access tokens that the gateway has checked)"};
inline constexpr MetricInfo kTenants = {
    "plexus_tenants", kGauge, {"state"}, "Tenants of this process: created, set_up, running, failed, stopped"};

// The process.
inline constexpr MetricInfo kReady = {
    "plexus_ready", kGauge, {}, "1 from the end of the start to the begin of the stop"};
inline constexpr MetricInfo kCpuSeconds = {
    "process_cpu_seconds_total", kCounter, {}, "CPU time of the process, user and system"};
inline constexpr MetricInfo kResidentBytes = {"process_resident_memory_bytes", kGauge, {}, "Resident memory"};
inline constexpr MetricInfo kOpenFds = {"process_open_fds", kGauge, {}, "File descriptors that are open"};
inline constexpr MetricInfo kMaxFds = {"process_max_fds", kGauge, {}, "File descriptors that may be open"};
inline constexpr MetricInfo kThreads = {"process_threads", kGauge, {}, "Threads"};
inline constexpr MetricInfo kStartTime = {
    "process_start_time_seconds", kGauge, {}, "When the process began, in seconds since 1970"};

}  // namespace metric

// All of them, in the order of the page.
inline constexpr std::array kAllMetrics = {
    &metric::kHttpRequests,
    &metric::kHttpSeconds,
    &metric::kHttpConnections,
    &metric::kRpcCalls,
    &metric::kRpcSeconds,
    &metric::kPoolConnections,
    &metric::kPoolMaxConnections,
    &metric::kPoolQueued,
    &metric::kPoolRuns,
    &metric::kPoolWaitSeconds,
    &metric::kPoolRejected,
    &metric::kPoolConnects,
    &metric::kBatchUnits,
    &metric::kBatchSeconds,
    &metric::kShardsOwned,
    &metric::kShardsFree,
    &metric::kLeaseValid,
    &metric::kProcesses,
    &metric::kLogHead,
    &metric::kReaderLag,
    &metric::kBusConnected,
    &metric::kBusConnects,
    &metric::kBusPublished,
    &metric::kBusDropped,
    &metric::kBusDelivered,
    &metric::kBusOverflows,
    &metric::kCacheBytes,
    &metric::kCacheEntries,
    &metric::kTenants,
    &metric::kReady,
    &metric::kCpuSeconds,
    &metric::kResidentBytes,
    &metric::kOpenFds,
    &metric::kMaxFds,
    &metric::kThreads,
    &metric::kStartTime,
};

}  // namespace plexus::platform
