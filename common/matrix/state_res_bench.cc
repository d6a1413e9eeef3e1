// What state resolution costs.
#include <benchmark/benchmark.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/matrix/state_res.h"
#include "common/matrix/test_graph.h"

namespace plexus::matrix {
namespace {

// A room of `members` members, of whom `changes` / 2 change their profiles on each of two branches: as many events in
// conflict as `changes`, and if `levels`, 40 power levels events beside them.
struct Fork {
  Fork(std::string_view version, int members, int changes, bool levels) : graph(version) {
    StateMap state = graph.Create();
    for (int i = 0; i < members; ++i) graph.SetMember(state, User(i), User(i), "join");
    states = {state, state};
    for (int i = 0; i < changes / 2; ++i) {
      for (StateMap& one : states) {
        const std::string content = absl::StrCat(R"({"membership":"join","displayname":"User )", graph.size(), R"("})");
        graph.Set(one, kRoomMember, User(i), User(i), content);
      }
    }
    if (!levels) return;
    for (StateMap& one : states) {
      for (int i = 0; i < 20; ++i) graph.SetLevels(one, kAlice, absl::StrCat("\"", User(i), "\":50"));
    }
  }
  static std::string User(int number) { return absl::StrCat("@user", number, ":two"); }

  TestGraph graph;
  std::vector<StateMap> states;
};

void Resolve(benchmark::State& state, std::string_view version, bool levels) {
  const Fork fork(version, static_cast<int>(state.range(0)), static_cast<int>(state.range(1)), levels);
  for (auto _ : state) benchmark::DoNotOptimize(fork.graph.TryResolve(fork.states).value());
}

void ResolveMembersV1(benchmark::State& state) { Resolve(state, "1", false); }
void ResolveMembersV2(benchmark::State& state) { Resolve(state, "11", false); }
void ResolveMembersAndLevelsV2(benchmark::State& state) { Resolve(state, "11", true); }
void ResolveMembersAndLevelsV21(benchmark::State& state) { Resolve(state, "12", true); }
BENCHMARK(ResolveMembersV1)->Args({10'000, 1'000})->Unit(benchmark::kMillisecond);
BENCHMARK(ResolveMembersV2)->Args({10'000, 1'000})->Unit(benchmark::kMillisecond);
BENCHMARK(ResolveMembersAndLevelsV2)->Args({10'000, 1'000})->Unit(benchmark::kMillisecond);
BENCHMARK(ResolveMembersAndLevelsV21)->Args({10'000, 1'000})->Unit(benchmark::kMillisecond);

// Two branches of nothing but power levels, as long together as the argument says.
void ResolveLongChains(benchmark::State& state) {
  TestGraph graph("11");
  StateMap base = graph.Create();
  std::vector<StateMap> states = {base, base};
  for (int i = 0; i < state.range(0) / 2; ++i) {
    for (StateMap& one : states) graph.SetLevels(one, kAlice, "");
  }
  const ResolutionLimits limits = {.max_conflicted = 200'000};
  for (auto _ : state) benchmark::DoNotOptimize(graph.TryResolve(states, limits).value());
}
BENCHMARK(ResolveLongChains)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace plexus::matrix
