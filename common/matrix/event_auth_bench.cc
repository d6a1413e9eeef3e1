// What the authorisation rules cost.
#include <benchmark/benchmark.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/matrix/event_auth.h"
#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

constexpr char kAlice[] = "@alice:one";

// A room in which Alice may do what she likes, and `users` others have levels of their own.
TestRoom Room(int64_t users) {
  TestRoom room("11");
  room.SetMember("@creator:one", "join");
  room.SetMember(kAlice, "join");
  std::string levels = absl::StrCat(R"({"users":{")", kAlice, R"(":100)");
  for (int64_t i = 0; i < users; ++i) absl::StrAppend(&levels, R"(,"@user)", i, R"(:one":50)");
  room.SetState(kRoomPowerLevels, levels + "}}");
  return room;
}

void Check(benchmark::State& state, const TestRoom& room, const Event& event) {
  auto in_room = [&](std::string_view type, std::string_view state_key) { return room.Find(type, state_key); };
  auto is_signed = [](const Event&, std::string_view) { return true; };
  for (auto _ : state) {
    if (!CheckAuth(room.version(), event, in_room, is_signed).ok()) state.SkipWithError("not allowed");
  }
}

void AllowMessage(benchmark::State& state) {
  const TestRoom room = Room(state.range(0));
  Check(state, room, room.Make(kRoomMessage, std::nullopt, kAlice, R"({"msgtype":"m.text","body":"hello"})"));
}
BENCHMARK(AllowMessage)->Arg(0)->Arg(100);

void AllowInvite(benchmark::State& state) {
  const TestRoom room = Room(0);
  Check(state, room, room.Member(kAlice, "@bob:one", "invite"));
}
BENCHMARK(AllowInvite);

void AllowPowerLevels(benchmark::State& state) {
  const TestRoom room = Room(state.range(0));
  std::string levels = absl::StrCat(R"({"users":{")", kAlice, R"(":100)");
  for (int64_t i = 0; i < state.range(0); ++i) absl::StrAppend(&levels, R"(,"@user)", i, R"(:one":49)");
  Check(state, room, room.Make(kRoomPowerLevels, "", kAlice, levels + "}}"));
}
BENCHMARK(AllowPowerLevels)->Arg(1)->Arg(100);

}  // namespace
}  // namespace plexus::matrix
