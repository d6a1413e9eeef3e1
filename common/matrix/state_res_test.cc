// Hand-made forks, and what each version of the algorithm makes of them.
#include "common/matrix/state_res.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/matrix/every_room_version.h"
#include "common/matrix/test_graph.h"

namespace plexus::matrix {
namespace {

class StateResTest : public testing::TestWithParam<std::string> {
 protected:
  StateResTest() : graph_(GetParam()), base_(graph_.Create()) {
    graph_.SetMember(base_, kBob, kBob, "join");
    graph_.SetMember(base_, kCarol, kCarol, "join");
  }
  bool IsV1() const { return GetParam() == "1"; }
  bool IsV12() const { return GetParam() == "12"; }
  static std::string At(const StateMap& state, std::string_view type, std::string_view key = "") {
    auto found = state.find(StateKeyView{type, key});
    return found == state.end() ? "" : found->second;
  }
  std::string SetTopic(StateMap& state, std::string_view sender, std::string_view topic) {
    return graph_.Set(state, kRoomTopic, "", sender, absl::StrCat(R"({"topic":")", topic, R"("})"));
  }

  TestGraph graph_;
  StateMap base_;
};

PLEXUS_IN_EVERY_ROOM_VERSION(StateResTest);

TEST_P(StateResTest, OneStateResolvesToItself) {
  EXPECT_EQ(graph_.Resolve({base_}), base_);
  EXPECT_EQ(graph_.Resolve({base_, base_, base_}), base_);
  EXPECT_TRUE(graph_.Resolve({}).empty());
  EXPECT_TRUE(graph_.Resolve({StateMap(), StateMap()}).empty());
}

TEST_P(StateResTest, ChangesOfDifferentKeysAreAllKept) {
  StateMap left = base_, right = base_;
  const std::string topic = SetTopic(left, kAlice, "left");
  const std::string name = graph_.Set(right, kRoomName, "", kAlice, R"({"name":"right"})");
  StateMap both = base_;
  both[{std::string(kRoomTopic), ""}] = topic;
  both[{std::string(kRoomName), ""}] = name;
  EXPECT_EQ(graph_.Resolve({left, right}), both);
}

TEST_P(StateResTest, OfTwoEqualChangesTheLaterOneStays) {
  StateMap left = base_, right = base_;
  SetTopic(left, kAlice, "earlier");
  const std::string later = SetTopic(right, kAlice, "later");
  EXPECT_EQ(At(graph_.Resolve({left, right}), kRoomTopic), later);
  EXPECT_EQ(At(graph_.Resolve({right, left}), kRoomTopic), later);
}

// Server-Server API, "Soft failure": who is banned on one branch sets the topic on the other.
TEST_P(StateResTest, BansWinOverWhatTheBannedDoMeanwhileFromRoomVersion2On) {
  graph_.SetLevels(base_, kAlice, "", R"(,"events":{"m.room.topic":0})");
  StateMap banned = base_, evading = base_;
  const std::string ban = graph_.SetMember(banned, kAlice, kBob, "ban");
  const std::string topic = SetTopic(evading, kBob, "still here");
  const StateMap resolved = graph_.Resolve({banned, evading});
  EXPECT_EQ(At(resolved, kRoomMember, kBob), ban);
  EXPECT_EQ(At(resolved, kRoomTopic), IsV1() ? topic : "");
}

TEST_P(StateResTest, KicksComeBeforeWhatTheKickedDidLater) {
  StateMap kicked = base_, talking = base_;
  const std::string kick = graph_.SetMember(kicked, kAlice, kBob, "leave");
  graph_.Set(talking, kRoomMember, std::string(kBob), kBob, R"({"membership":"join","displayname":"B"})");
  // After the kick it is a join of a public room: allowed, and later.
  const StateMap resolved = graph_.Resolve({kicked, talking});
  EXPECT_NE(At(resolved, kRoomMember, kBob), kick);
  graph_.Set(kicked, kRoomJoinRules, "", kAlice, R"({"join_rule":"invite"})");
  EXPECT_EQ(At(graph_.Resolve({kicked, talking}), kRoomMember, kBob), kick);
}

TEST_P(StateResTest, TheMorePowerfulDemoteFirst) {
  graph_.SetLevels(base_, kAlice, R"("@bob:two":50,"@carol:three":0)", R"(,"events":{"m.room.power_levels":50})");
  StateMap demoted = base_, promoting = base_;
  // Bob promotes Carol before Alice demotes Bob, by his clock.
  const int64_t before = graph_.now;
  graph_.now += 1'000'000;
  const std::string by_alice =
      graph_.SetLevels(demoted, kAlice, R"("@bob:two":0,"@carol:three":0)", R"(,"events":{"m.room.power_levels":50})");
  graph_.now = before;
  const std::string by_bob = graph_.SetLevels(promoting, kBob, R"("@bob:two":50,"@carol:three":50)",
                                              R"(,"events":{"m.room.power_levels":50})");
  const std::string levels = At(graph_.Resolve({promoting, demoted}), kRoomPowerLevels);
  // Room version 1 goes by depth alone, and Bob's comes after Alice's, which does not let him: it stops there.
  EXPECT_EQ(levels, by_alice);
  EXPECT_NE(levels, by_bob);
}

TEST_P(StateResTest, JoinsMustBeAllowedByTheJoinRulesThatWin) {
  StateMap closed = base_, joined = base_;
  const std::string rules = graph_.Set(closed, kRoomJoinRules, "", kAlice, R"({"join_rule":"invite"})");
  const std::string join = graph_.SetMember(joined, "@dan:four", "@dan:four", "join");
  const StateMap resolved = graph_.Resolve({closed, joined});
  EXPECT_EQ(At(resolved, kRoomJoinRules), rules);
  // In room version 1 what only one branch has is no conflict and is not checked.
  EXPECT_EQ(At(resolved, kRoomMember, "@dan:four"), IsV1() ? join : "");
}

// Of topics set under different power levels, those under the later ones come later, whatever clocks say.
TEST_P(StateResTest, TheMainlineCountsMoreThanClocks) {
  if (IsV1()) return;  // knows no mainline
  StateMap old_levels = base_;
  StateMap new_levels = base_;
  graph_.SetLevels(new_levels, kAlice, R"("@bob:two":50)");
  const int64_t before = graph_.now;
  const std::string under_new = SetTopic(new_levels, kAlice, "new");
  graph_.now = before + 1'000'000;
  SetTopic(old_levels, kAlice, "old");
  graph_.now = before;
  EXPECT_EQ(At(graph_.Resolve({old_levels, new_levels}), kRoomTopic), under_new);
}

TEST_P(StateResTest, EventIdsDecideBetweenEqualTimes) {
  StateMap left = base_, right = base_;
  const int64_t time = graph_.now;
  const std::string one = SetTopic(left, kAlice, "one");
  graph_.now = time;
  const std::string two = SetTopic(right, kAlice, "two");
  const std::string winner = At(graph_.Resolve({left, right}), kRoomTopic);
  EXPECT_EQ(winner, IsV1() ? two : std::max(one, two));
}

// Room version 12 begins with nothing, so that what both branches agree on does not judge what came before it.
TEST_P(StateResTest, WhatAllAgreeOnJudgesTheRestUntilRoomVersion11) {
  if (IsV1()) return;
  StateMap open = base_;
  graph_.SetLevels(open, kAlice, "", R"(,"events":{"m.room.topic":0})");
  StateMap left = open, right = open;
  SetTopic(left, kAlice, "by Alice");
  const std::string alices = At(left, kRoomTopic);
  const std::string bobs = SetTopic(right, kBob, "by Bob");
  // Both branches have then seen the same event that closes the topic.
  const std::string closed = graph_.SetLevels(open, kAlice, "", R"(,"events":{"m.room.topic":50})");
  left[{std::string(kRoomPowerLevels), ""}] = closed;
  right[{std::string(kRoomPowerLevels), ""}] = closed;
  EXPECT_EQ(At(graph_.Resolve({left, right}), kRoomTopic), IsV12() ? bobs : alices);
}

// A key that the state lacks is looked up in the event's own auth events, unless those were rejected.
TEST_P(StateResTest, RejectedAuthEventsAuthoriseNothing) {
  if (IsV1()) return;  // looks at no auth events
  graph_.SetLevels(base_, kAlice, "", R"(,"events":{"m.room.topic":0})");
  const std::string join = graph_.SetMember(base_, "@dan:four", "@dan:four", "join");
  StateMap left = base_, right = base_;
  SetTopic(left, "@dan:four", "left");
  const std::string later = SetTopic(right, "@dan:four", "right");
  // As if it were in both auth chains, but in neither state.
  for (StateMap* state : {&left, &right}) state->erase({std::string(kRoomMember), "@dan:four"});
  EXPECT_EQ(At(graph_.Resolve({left, right}), kRoomTopic), later);
  graph_.Reject(join);
  EXPECT_EQ(At(graph_.Resolve({left, right}), kRoomTopic), "");
}

TEST_P(StateResTest, ReportsWhatIsMissing) {
  StateMap left = base_, right = base_;
  const std::string lost = SetTopic(left, kAlice, "lost");
  const std::string kept = SetTopic(right, kAlice, "kept");
  EXPECT_TRUE(graph_.TryResolve({left, right})->missing.empty());
  graph_.Forget(lost);
  const Resolution resolution = graph_.TryResolve({left, right}).value();
  EXPECT_EQ(resolution.missing, std::vector<std::string>{lost});
  EXPECT_EQ(At(resolution.state, kRoomTopic), kept);
}

TEST_P(StateResTest, GoesOnWithoutMissingAuthEvents) {
  if (IsV1()) return;  // looks at no auth events
  StateMap left = base_, right = base_;
  const std::string levels = graph_.SetLevels(left, kAlice, R"("@bob:two":50)");
  SetTopic(left, kAlice, "left");
  SetTopic(right, kAlice, "right");
  const std::string join_rules = At(base_, kRoomJoinRules);
  left.erase({std::string(kRoomPowerLevels), ""});
  graph_.Forget(levels);
  const Resolution resolution = graph_.TryResolve({left, right}).value();
  EXPECT_EQ(resolution.missing, std::vector<std::string>{levels});
  EXPECT_EQ(At(resolution.state, kRoomJoinRules), join_rules);
}

}  // namespace
}  // namespace plexus::matrix
