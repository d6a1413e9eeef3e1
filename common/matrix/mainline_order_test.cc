#include "common/matrix/mainline_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/matrix/ids.h"
#include "common/matrix/test_raw_graph.h"

namespace plexus::matrix {
namespace {

using testing::ElementsAre;

// A mainline p0 > p1 > p2 (p0 is the current one), and side > p1 beside it.
class MainlineOrderTest : public testing::Test {
 protected:
  MainlineOrderTest() {
    AddLevels("p2", {});
    AddLevels("p1", {"p2"});
    AddLevels("p0", {"p1"});
    AddLevels("side", {"p1"});
  }
  void AddLevels(std::string_view name, std::initializer_list<std::string_view> cited) {
    RawEvent event{.type = "m.room.power_levels"};
    for (std::string_view one : cited) event.auth_events.push_back(RawGraph::Id(one));
    graph_.Add(name, event);
  }
  void Add(std::string_view name, std::string_view levels, int64_t time) {
    RawEvent event{.origin_server_ts = time};
    if (!levels.empty()) event.auth_events.push_back(RawGraph::Id(levels));
    graph_.Add(name, event);
  }
  std::vector<std::string> Sorted(std::string_view levels, std::vector<std::string> events) {
    EventIndex index(fetch_, limits_);
    for (std::string& name : events) name = RawGraph::Id(name);
    std::vector<EventNumber> numbers;
    for (const std::string& id : events) numbers.push_back(index.NumberOf(id));
    std::optional<EventNumber> from;
    const std::string levels_id = RawGraph::Id(levels);
    if (!levels.empty()) from = index.NumberOf(levels_id);
    std::vector<std::string> names;
    for (EventNumber number : MainlineOrder(index, from, numbers)) {
      names.emplace_back(Localpart(index.Find(number)->event_id()));
    }
    return names;
  }

  RawGraph graph_;
  const FetchEvent fetch_ = graph_.Fetcher();
  const ResolutionLimits limits_;
};

TEST_F(MainlineOrderTest, WhatHangsOnOlderLevelsComesFirst) {
  Add("on_p0", "p0", 1);
  Add("on_p1", "p1", 2);
  Add("on_p2", "p2", 3);
  Add("on_nothing", "", 4);
  EXPECT_THAT(Sorted("p0", {"on_p0", "on_p2", "on_nothing", "on_p1"}),
              ElementsAre("on_nothing", "on_p2", "on_p1", "on_p0"));
}

TEST_F(MainlineOrderTest, SideBranchesCountAsWhereTheyLeave) {
  Add("on_side", "side", 5);
  Add("on_p1", "p1", 4);
  Add("later_on_p1", "p1", 6);
  EXPECT_THAT(Sorted("p0", {"later_on_p1", "on_side", "on_p1"}), ElementsAre("on_p1", "on_side", "later_on_p1"));
}

TEST_F(MainlineOrderTest, LevelsThemselvesLieWhereTheirOwnLevelsDo) {
  // p0's position is that of p1, which it cites, and p2 has none.
  Add("on_p0", "p0", 1);
  EXPECT_THAT(Sorted("p0", {"on_p0", "p0", "p1", "p2"}), ElementsAre("p2", "p1", "p0", "on_p0"));
}

TEST_F(MainlineOrderTest, TimesAndThenIdsDecide) {
  Add("b", "p0", 7);
  Add("a", "p0", 7);
  Add("earlier", "p0", 6);
  EXPECT_THAT(Sorted("p0", {"b", "earlier", "a"}), ElementsAre("earlier", "a", "b"));
}

TEST_F(MainlineOrderTest, WithoutLevelsOnlyTimesCount) {
  Add("on_p0", "p0", 2);
  Add("on_p2", "p2", 3);
  Add("on_nothing", "", 1);
  EXPECT_THAT(Sorted("", {"on_p2", "on_p0", "on_nothing"}), ElementsAre("on_nothing", "on_p0", "on_p2"));
}

TEST_F(MainlineOrderTest, MissingEventsAreLeftOutAndMissingLevelsEndTheLine) {
  Add("on_lost", "lost", 1);
  Add("on_nothing", "", 2);
  Add("on_p0", "p0", 0);
  EXPECT_THAT(Sorted("p0", {"gone", "on_p0", "on_nothing", "on_lost"}), ElementsAre("on_lost", "on_nothing", "on_p0"));
}

}  // namespace
}  // namespace plexus::matrix
