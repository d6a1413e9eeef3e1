// Graphs that were made to be expensive or impossible.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/matrix/state_res.h"
#include "common/matrix/test_raw_graph.h"

namespace plexus::matrix {
namespace {

constexpr char kAlicesLevels[] = R"({"users":{"@alice:one":100}})";

const StateKey kCreateKey{std::string(kRoomCreate), ""};
const StateKey kLevelsKey{std::string(kRoomPowerLevels), ""};
const StateKey kTopicKey{std::string(kRoomTopic), ""};
const StateKey kAliceKey{std::string(kRoomMember), "@alice:one"};

// A room with Alice in it, in a version where events choose their ids.
class HostileGraphTest : public testing::TestWithParam<std::string> {
 protected:
  HostileGraphTest() : graph_(GetParam()) {
    create_ = graph_.Add("create", {.type = "m.room.create", .content = R"({"creator":"@alice:one"})"});
    alice_ = graph_.Add("alice", {.auth_events = {create_},
                                  .type = "m.room.member",
                                  .state_key = "@alice:one",
                                  .content = R"({"membership":"join"})"});
    state_ = {{kCreateKey, create_}, {kAliceKey, alice_}};
  }
  bool IsV1() const { return GetParam() == "1"; }
  StateMap With(StateKey key, std::string id) const {
    StateMap state = state_;
    state[std::move(key)] = std::move(id);
    return state;
  }

  RawGraph graph_;
  std::string create_, alice_;
  StateMap state_;
};

INSTANTIATE_TEST_SUITE_P(RoomVersions, HostileGraphTest, testing::Values("1", "2"),
                         [](const auto& version) { return "V" + version.param; });

TEST_P(HostileGraphTest, PowerLevelsThatCiteEachOtherAreLeftOut) {
  if (IsV1()) return;  // looks at no auth events
  auto add_levels = [&](std::string_view name, std::vector<std::string> cited, int64_t time) {
    cited.insert(cited.end(), {create_, alice_});
    return graph_.Add(name, {.auth_events = std::move(cited),
                             .type = "m.room.power_levels",
                             .content = kAlicesLevels,
                             .origin_server_ts = time});
  };
  const std::string good = add_levels("good", {}, 1);
  const std::string one = add_levels("one", {RawGraph::Id("two")}, 2);
  const std::string two = add_levels("two", {one}, 3);
  const std::string behind = add_levels("behind", {two}, 4);
  const std::string topic = graph_.Add("topic", {.auth_events = {create_, alice_, two}, .type = "m.room.topic"});
  StateMap left = With(kLevelsKey, two);
  left[kTopicKey] = topic;
  const std::vector<StateMap> states = {left, With(kLevelsKey, good), With(kLevelsKey, one), With(kLevelsKey, behind)};
  StateMap expected = With(kLevelsKey, good);
  expected[kTopicKey] = topic;
  EXPECT_EQ(graph_.Resolve(states)->state, expected);
  EXPECT_EQ(graph_.Resolve({states.rbegin(), states.rend()})->state, expected);
}

// Short ids, many of them: nothing may point to where they were before a table grew.
TEST_P(HostileGraphTest, MissingEventsOfTheStatesAreNamed) {
  StateMap state = state_;
  std::vector<std::string> lost;
  for (int i = 0; i < 200; ++i) {
    lost.push_back(RawGraph::Id(absl::StrCat("l", i)));
    state[{"m.room.member", absl::StrCat("@", i, ":one")}] = lost.back();
  }
  std::vector<StateMap> states = {state, state};
  for (int i = 0; i < 200; ++i) {
    states[static_cast<size_t>(i % 2)][{"t", std::to_string(i)}] = graph_.Add(
        absl::StrCat("t", i), {.auth_events = {create_, alice_}, .type = "t", .state_key = std::to_string(i)});
  }
  std::sort(lost.begin(), lost.end());
  const Resolution resolution = graph_.Resolve(states).value();
  // Room version 1 has nothing to look up: no key has two events.
  EXPECT_EQ(resolution.missing, IsV1() ? std::vector<std::string>() : lost);
  EXPECT_EQ(resolution.state.size(), state.size() + 200);
}

TEST_P(HostileGraphTest, AnEventThatCitesItselfIsLeftOut) {
  if (IsV1()) return;  // looks at no auth events
  const std::string self = graph_.Add("self", {.auth_events = {create_, alice_, RawGraph::Id("self")},
                                               .type = "m.room.power_levels",
                                               .content = kAlicesLevels});
  const std::string topic = graph_.Add("topic", {.auth_events = {create_, alice_, self}, .type = "m.room.topic"});
  StateMap left = With(kLevelsKey, self);
  left[kTopicKey] = topic;
  EXPECT_EQ(graph_.Resolve({left, state_})->state, With(kTopicKey, topic));
}

// The mainline: each topic's chain of power levels runs in a circle that does not touch it.
TEST_P(HostileGraphTest, MainlinesThatRunInCirclesEnd) {
  for (int i = 0; i < 10; ++i) {
    graph_.Add(absl::StrCat("levels", i),
               {.auth_events = {create_, alice_, RawGraph::Id(absl::StrCat("levels", (i + 1) % 10))},
                .type = "m.room.power_levels",
                .content = kAlicesLevels});
  }
  std::vector<StateMap> states;
  for (int i = 0; i < 10; ++i) {
    const std::string levels = RawGraph::Id(absl::StrCat("levels", i));
    const std::string topic = graph_.Add(
        absl::StrCat("topic", i),
        {.auth_events = {create_, alice_, levels}, .type = "m.room.topic", .depth = i, .origin_server_ts = i});
    states.push_back(With(kTopicKey, topic));
  }
  EXPECT_EQ(graph_.Resolve(states)->state, states.back());
}

TEST_P(HostileGraphTest, DepthsGoUpToTheLargestInteger) {
  std::vector<StateMap> states;
  for (int64_t depth : {int64_t{0}, int64_t{1} << 53, std::numeric_limits<int64_t>::max()}) {
    const std::string topic = graph_.Add(
        absl::StrCat("topic", depth),
        {.auth_events = {create_, alice_}, .type = "m.room.topic", .depth = depth, .origin_server_ts = depth});
    states.push_back(With(kTopicKey, topic));
  }
  EXPECT_EQ(graph_.Resolve(states)->state.at(kTopicKey), states.back().at(kTopicKey));
}

TEST_P(HostileGraphTest, TenThousandForksAreResolvedOrRefused) {
  constexpr int kForks = 10'000;
  std::vector<StateMap> states;
  for (int i = 0; i < kForks; ++i) {
    const std::string topic =
        graph_.Add(absl::StrCat("topic", i),
                   {.auth_events = {create_, alice_}, .type = "m.room.topic", .depth = i, .origin_server_ts = i});
    states.push_back(With(kTopicKey, topic));
  }
  EXPECT_EQ(graph_.Resolve(states)->state, states.back());
  EXPECT_TRUE(absl::IsResourceExhausted(graph_.Resolve(states, {.max_entries = 3 * kForks - 1}).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(graph_.Resolve(states, {.max_states = kForks - 1}).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(graph_.Resolve(states, {.max_conflicted = kForks - 1}).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(graph_.Resolve(states, {.max_events = kForks - 1}).status()));
  if (IsV1()) return;  // follows no auth events
  EXPECT_TRUE(absl::IsResourceExhausted(graph_.Resolve(states, {.max_steps = kForks - 1}).status()));
}

// Each power levels event cites the one before and nine that nobody knows: 100,000 auth events.
TEST_P(HostileGraphTest, AHundredThousandAuthEventsAreWalkedOrRefused) {
  constexpr int kLength = 10'000;
  std::string levels =
      graph_.Add("levels", {.auth_events = {create_, alice_}, .type = "m.room.power_levels", .content = kAlicesLevels});
  for (int i = 0; i < kLength; ++i) {
    std::vector<std::string> cited = {create_, alice_, levels};
    while (cited.size() < kMaxAuthEvents) cited.push_back(RawGraph::Id(absl::StrCat("lost", i, "_", cited.size())));
    levels = graph_.Add(absl::StrCat("levels", i), {.auth_events = std::move(cited),
                                                    .type = "m.room.power_levels",
                                                    .content = kAlicesLevels,
                                                    .origin_server_ts = i});
  }
  const std::string topic = graph_.Add(
      "topic", {.auth_events = {create_, alice_, levels}, .type = "m.room.topic", .depth = 2, .origin_server_ts = 5});
  const StateMap other =
      With(kTopicKey, graph_.Add("other", {.auth_events = {create_, alice_}, .type = "m.room.topic"}));
  StateMap state = With(kTopicKey, topic);
  state[kLevelsKey] = levels;
  const Resolution resolution = graph_.Resolve({state, other}, {.max_conflicted = 10 * kLength}).value();
  EXPECT_EQ(resolution.state.at(kLevelsKey), levels);
  EXPECT_EQ(resolution.state.at(kTopicKey), topic);
  if (IsV1()) return;  // follows no auth events
  EXPECT_EQ(resolution.missing.size(), size_t{7 * kLength});
  EXPECT_TRUE(absl::IsResourceExhausted(graph_.Resolve({state, other}, {.max_conflicted = 8 * kLength}).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(graph_.Resolve({state, other}, {.max_events = 5 * kLength}).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(graph_.Resolve({state, other}, {.max_steps = 10 * kLength}).status()));
}

}  // namespace
}  // namespace plexus::matrix
