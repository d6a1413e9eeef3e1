// What must hold of every room, tried on random ones: users join, leave, ban, promote and talk on branches that fork
// and meet. Each failure names the seed that makes the same room again.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/matrix/every_room_version.h"
#include "common/matrix/test_graph.h"

namespace plexus::matrix {
namespace {

constexpr int kSeeds = 4;
constexpr int kEvents = 60;
constexpr int kTries = 12;  // in each room
constexpr size_t kUsers = 6;

using Ids = std::set<std::string, std::less<>>;

// An event that was sent, what came before it, and the state after it.
struct Step {
  std::string id;
  std::vector<size_t> previous;
  StateMap after;
};

class RandomRoom {
 public:
  RandomRoom(const std::string& version, uint32_t seed) : graph_(version), random_(seed) {
    steps_.push_back({"", {}, graph_.Create()});
    while (steps_.size() < kEvents) Advance();
  }

  const TestGraph& graph() const { return graph_; }
  const std::vector<Step>& steps() const { return steps_; }
  size_t Random(size_t below) { return std::uniform_int_distribution<size_t>(0, below - 1)(random_); }
  std::mt19937& random() { return random_; }

  // The states after up to five random events.
  std::vector<StateMap> SomeStates() {
    std::vector<StateMap> states;
    for (size_t i = 0, count = 2 + Random(4); i < count; ++i) states.push_back(steps_[Random(steps_.size())].after);
    return states;
  }

 private:
  // Sends one event on top of up to three recent ones, if it is allowed there.
  void Advance() {
    std::vector<size_t> previous;
    std::vector<StateMap> states;
    for (size_t i = 0, count = 1 + Random(3); i < count; ++i) {
      const size_t recent = std::min<size_t>(steps_.size(), 8);
      previous.push_back(steps_.size() - 1 - Random(recent));
      states.push_back(steps_[previous.back()].after);
    }
    StateMap state = graph_.Resolve(states);
    graph_.now += static_cast<int64_t>(Random(8)) * 1000 - 4000;  // clocks are wrong
    const std::string id = SendSomething(state);
    if (!graph_.Allows(state, id)) return;
    const Event& event = graph_.event(id);
    state[{std::string(event.type()), std::string(*event.state_key())}] = id;
    steps_.push_back({id, std::move(previous), std::move(state)});
  }

  std::string User(size_t number) const {
    return number == 0 ? std::string(kAlice) : absl::StrCat("@u", number, ":two");
  }

  std::string SendSomething(const StateMap& state) {
    const std::string sender = User(Random(kUsers));
    const std::string target = User(Random(kUsers));
    auto member = [&](const std::string& who, std::string_view membership) {
      return graph_.Send(state, kRoomMember, who, sender, absl::StrCat(R"({"membership":")", membership, R"("})"));
    };
    switch (Random(10)) {
      case 0:
      case 1:
      case 2: return member(sender, "join");
      case 3: return member(sender, "leave");
      case 4: return member(target, "ban");
      case 5: return member(target, Random(2) == 0 ? "leave" : "invite");
      case 6: return SendLevels(state);
      case 7:
        return graph_.Send(state, kRoomJoinRules, "", sender,
                           Random(2) == 0 ? R"({"join_rule":"public"})" : R"({"join_rule":"invite"})");
      default:
        return graph_.Send(state, Random(2) == 0 ? kRoomTopic : kRoomName, "", sender,
                           absl::StrCat(R"({"n":)", Random(1000), "}"));
    }
  }

  std::string SendLevels(const StateMap& state) {
    std::string users;
    for (size_t i = graph_.version().creators_outrank_everyone ? 1 : 0; i < kUsers; ++i) {
      absl::StrAppend(&users, users.empty() ? "" : ",", "\"", User(i), "\":", i == 0 ? 100 : 25 * Random(5));
    }
    const std::string content = absl::StrCat(R"({"state_default":)", 25 * Random(3), R"(,"users":{)", users, "}}");
    return graph_.Send(state, kRoomPowerLevels, "", User(Random(kUsers)), content);
  }

  TestGraph graph_;
  std::mt19937 random_;
  std::vector<Step> steps_;
};

class StateResPropertyTest : public testing::TestWithParam<std::string> {
 protected:
  // Calls `check` with rooms of kSeeds seeds.
  template <typename Check>
  void InRandomRooms(Check check) {
    for (uint32_t seed = 1; seed <= kSeeds; ++seed) {
      SCOPED_TRACE(absl::StrCat("seed ", seed, " in room version ", GetParam()));
      RandomRoom room(GetParam(), seed);
      check(room);
      if (HasFailure()) return;
    }
  }
};

INSTANTIATE_TEST_SUITE_P(RoomVersions, StateResPropertyTest, testing::Values("1", "2", "6", "11", "12"), VersionName);

TEST_P(StateResPropertyTest, RandomRoomsHaveConflictsToSpeakOf) {
  int conflicts = 0;
  InRandomRooms([&](RandomRoom& room) {
    for (int i = 0; i < kTries; ++i) {
      const std::vector<StateMap> states = room.SomeStates();
      if (states.front() != states.back()) ++conflicts;
    }
  });
  EXPECT_GT(conflicts, kSeeds * kTries / 2);
}

TEST_P(StateResPropertyTest, OrderMakesNoDifference) {
  InRandomRooms([](RandomRoom& room) {
    for (int i = 0; i < kTries; ++i) {
      std::vector<StateMap> states = room.SomeStates();
      const StateMap resolved = room.graph().Resolve(states);
      std::shuffle(states.begin(), states.end(), room.random());
      // The same states in tables that iterate in another order.
      for (StateMap& state : states) {
        StateMap again;
        again.reserve(100 + room.Random(1000));
        again.insert(state.begin(), state.end());
        state.swap(again);
      }
      EXPECT_EQ(room.graph().Resolve(states), resolved);
    }
  });
}

TEST_P(StateResPropertyTest, ResolvingIsIdempotent) {
  InRandomRooms([](RandomRoom& room) {
    for (int i = 0; i < kTries; ++i) {
      std::vector<StateMap> states = room.SomeStates();
      const StateMap resolved = room.graph().Resolve(states);
      EXPECT_EQ(room.graph().Resolve({resolved}), resolved);
      EXPECT_EQ(room.graph().Resolve({resolved, resolved}), resolved);
      const std::vector<StateMap> twice = [&] {
        std::vector<StateMap> all = states;
        all.insert(all.end(), states.begin(), states.end());
        return all;
      }();
      EXPECT_EQ(room.graph().Resolve(twice), resolved) << "a state counts once";
    }
  });
}

// Every server computes the state after each event from the events before it, in the order that they reach it.
TEST_P(StateResPropertyTest, AnyOrderOfArrivalLeadsToTheSameStates) {
  InRandomRooms([](RandomRoom& room) {
    const std::vector<Step>& steps = room.steps();
    std::vector<size_t> arrivals(steps.size() - 1);
    for (size_t i = 0; i < arrivals.size(); ++i) arrivals[i] = i + 1;
    std::shuffle(arrivals.begin(), arrivals.end(), room.random());
    std::vector<std::optional<StateMap>> after(steps.size());
    after[0] = steps[0].after;
    for (bool progress = true; progress;) {
      progress = false;
      for (size_t arrival : arrivals) {
        const Step& step = steps[arrival];
        const bool ready = std::all_of(step.previous.begin(), step.previous.end(), [&](size_t p) { return after[p]; });
        if (after[arrival] || !ready) continue;
        std::vector<StateMap> states;
        for (size_t one : step.previous) states.push_back(*after[one]);
        std::shuffle(states.begin(), states.end(), room.random());
        after[arrival] = room.graph().Resolve(states);
        const Event& event = room.graph().event(step.id);
        (*after[arrival])[{std::string(event.type()), std::string(*event.state_key())}] = step.id;
        progress = true;
      }
    }
    for (size_t i = 0; i < steps.size(); ++i) EXPECT_EQ(after[i], steps[i].after);
  });
}

TEST_P(StateResPropertyTest, WhatAllStatesAgreeOnStays) {
  InRandomRooms([](RandomRoom& room) {
    for (int i = 0; i < kTries; ++i) {
      const std::vector<StateMap> states = room.SomeStates();
      const StateMap resolved = room.graph().Resolve(states);
      for (const auto& [key, id] : states.front()) {
        const bool agreed = std::all_of(states.begin(), states.end(), [&](const StateMap& state) {
          auto held = state.find(key);
          return held != state.end() && held->second == id;
        });
        if (agreed) {
          EXPECT_EQ(resolved.at(key), id);
        }
      }
    }
  });
}

// The definitions of the specification, word by word and without regard to cost.
class ByDefinition {
 public:
  explicit ByDefinition(const TestGraph& graph) : graph_(graph) {}

  Ids AuthDifference(absl::Span<const StateMap> states) const {
    Ids all;
    std::vector<Ids> chains;
    for (const StateMap& state : states) {
      Ids& chain = chains.emplace_back();
      for (const auto& [key, id] : state) {
        const Ids of_event = Chain(id);
        chain.insert(of_event.begin(), of_event.end());
      }
      all.insert(chain.begin(), chain.end());
    }
    Ids difference;
    for (const std::string& id : all) {
      const bool everywhere =
          std::all_of(chains.begin(), chains.end(), [&](const Ids& one) { return one.contains(id); });
      if (!everywhere) difference.insert(id);
    }
    return difference;
  }

  Ids Subgraph(absl::Span<const std::string> conflicted) const {
    Ids subgraph(conflicted.begin(), conflicted.end());
    for (const std::string& from : conflicted) {
      for (const std::string& id : Chain(from)) {
        const Ids beyond = Chain(id);
        const bool between = std::any_of(conflicted.begin(), conflicted.end(),
                                         [&](const std::string& to) { return beyond.contains(to) || id == to; });
        if (between) subgraph.insert(id);
      }
    }
    return subgraph;
  }

 private:
  // The auth chain of an event.
  Ids Chain(const std::string& id) const {
    auto [known, added] = chains_.try_emplace(id);
    if (added) {
      for (std::string_view cited : graph_.event(id).auth_events()) {
        Ids chain = Chain(std::string(cited));
        chain.emplace(cited);
        known->second.merge(chain);
      }
    }
    return known->second;
  }

  const TestGraph& graph_;
  mutable std::map<std::string, Ids> chains_;
};

TEST_P(StateResPropertyTest, WalkingTheGraphFindsWhatTheDefinitionsSay) {
  InRandomRooms([](RandomRoom& room) {
    const ByDefinition definitions(room.graph());
    int asked = 0;
    RoomGraph graph = room.graph().Graph();
    graph.auth_difference = [&](absl::Span<const StateMap> states) -> RoomGraph::Answer {
      ++asked;
      const Ids ids = definitions.AuthDifference(states);
      return std::vector<std::string>(ids.begin(), ids.end());
    };
    graph.conflicted_subgraph = [&](absl::Span<const std::string> conflicted) -> RoomGraph::Answer {
      const Ids ids = definitions.Subgraph(conflicted);
      return std::vector<std::string>(ids.rbegin(), ids.rend());
    };
    for (int i = 0; i < kTries; ++i) {
      const std::vector<StateMap> states = room.SomeStates();
      EXPECT_EQ(ResolveState(room.graph().version(), states, graph)->state, room.graph().Resolve(states));
    }
    EXPECT_EQ(asked > 0, room.graph().version().state_resolution != StateResolution::kV1);
  });
}

TEST_P(StateResPropertyTest, AFailedAnswerOfTheGraphFailsTheResolution) {
  RandomRoom room(GetParam(), 1);
  RoomGraph graph = room.graph().Graph();
  graph.auth_difference = [](absl::Span<const StateMap>) { return absl::UnavailableError("no database"); };
  const std::vector<StateMap> states = {room.steps().front().after, room.steps().back().after};
  const absl::Status status = ResolveState(room.graph().version(), states, graph).status();
  EXPECT_EQ(absl::IsUnavailable(status), GetParam() != "1");
}

}  // namespace
}  // namespace plexus::matrix
