// What an event costs: built, hashed and signed; parsed with its event id; read from storage; written for a client.
#include <benchmark/benchmark.h>

#include "common/json/parse.h"
#include "common/matrix/client_event.h"
#include "common/matrix/event.h"
#include "common/matrix/event_builder.h"
#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

constexpr std::string_view kContent =
    R"({"msgtype":"m.text","body":"A message of a usual length, as people send them all day long.","m.mentions":{}})";

Event Message(const TestRoom& room) { return room.Make(kRoomMessage, std::nullopt, "@alice:one", kContent); }

void BuildMessage(benchmark::State& state) {
  const TestRoom room("12");
  for (auto _ : state) benchmark::DoNotOptimize(Message(room));
}
BENCHMARK(BuildMessage);

void ParseMessage(benchmark::State& state) {
  const TestRoom room("12");
  const std::string text(Message(room).json_text());
  for (auto _ : state) benchmark::DoNotOptimize(Event::Parse(text, room.version()));
}
BENCHMARK(ParseMessage);

void ReadStoredMessage(benchmark::State& state) {
  const TestRoom room("12");
  const Event event = Message(room);
  const std::string text(event.json_text()), id(event.event_id());
  for (auto _ : state) benchmark::DoNotOptimize(Event::FromStored(text, id, room.version()));
}
BENCHMARK(ReadStoredMessage);

void WriteForClient(benchmark::State& state) {
  const Event event = Message(TestRoom("12"));
  std::string out;
  for (auto _ : state) {
    out.clear();
    AppendClientEvent(out, event, {.include_room_id = false, .now_ms = 1'700'000'001'000});
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(WriteForClient);

}  // namespace
}  // namespace plexus::matrix
