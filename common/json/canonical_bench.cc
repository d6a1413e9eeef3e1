// What it costs to parse an event's JSON and to write it canonically.
#include <benchmark/benchmark.h>

#include <string>

#include "common/json/canonical.h"
#include "common/json/parse.h"

namespace plexus::json {
namespace {

// An event of about 1.1 KB, members out of order.
constexpr std::string_view kEvent =
    R"({"type":"m.room.message","sender":"@alice:example.org","room_id":"!room:example.org",
"origin_server_ts":1700000000000,"depth":12345,"prev_events":["$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
"auth_events":["$bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","$ccccccccccccccccccccccccccccccccccccccccccc",
"$ddddddddddddddddddddddddddddddddddddddddddd"],"content":{"msgtype":"m.text","format":"org.matrix.custom.html",
"body":"A message of a usual length, as people send them all day long, with \"quotes\" and ümläuts in it.",
"formatted_body":"<p>A message of a usual length, as people send them <b>all</b> day long.</p>","m.mentions":
{"user_ids":["@bob:example.org","@carol:example.org"]},"m.relates_to":{"rel_type":"m.thread","event_id":
"$eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"}},"hashes":{"sha256":"fffffffffffffffffffffffffffffffffffffffffff"},
"signatures":{"example.org":{"ed25519:1":"ggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg"}},
"unsigned":{"age":12}})";

void ParseOnHeap(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Parse(kEvent));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kEvent.size()));
}
BENCHMARK(ParseOnHeap);

void ParseGrowOnly(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Parse(kEvent, {}, GrowOnlyStorage()));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kEvent.size()));
}
BENCHMARK(ParseGrowOnly);

void WriteCanonically(benchmark::State& state) {
  const Value event = Parse(kEvent).value();
  std::string out;
  for (auto _ : state) {
    out.clear();
    if (!AppendCanonical(out, event).ok()) state.SkipWithError("not canonical");
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(WriteCanonically);

}  // namespace
}  // namespace plexus::json
