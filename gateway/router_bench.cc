// What it costs to find the endpoint of a request.
#include "gateway/router.h"

#include <benchmark/benchmark.h>

#include "gateway/endpoint_table.h"
#include "gateway/routes/routes.h"

namespace plexus::gateway {
namespace {

void Find(benchmark::State& state, std::string_view method, std::string_view path) {
  const auto table = EndpointTable::Compile(AllRoutes()).value();
  for (auto _ : state) benchmark::DoNotOptimize(table->router().Find(method, path));
}

BENCHMARK_CAPTURE(Find, versions, "GET", "/_matrix/client/versions");
BENCHMARK_CAPTURE(Find, sync, "GET", "/_matrix/client/v3/sync");
BENCHMARK_CAPTURE(Find, send, "PUT", "/_matrix/client/v3/rooms/%21room%3Aexample.org/send/m.room.message/txn1");
BENCHMARK_CAPTURE(Find, unknown, "GET", "/_matrix/client/v3/rooms/%21room%3Aexample.org/nothing");

}  // namespace
}  // namespace plexus::gateway
