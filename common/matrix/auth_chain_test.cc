#include "common/matrix/auth_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "absl/strings/str_cat.h"
#include "common/matrix/ids.h"
#include "common/matrix/test_raw_graph.h"

namespace plexus::matrix {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Events named by letters: `ab` says that a cites b.
class AuthChainTest : public testing::Test {
 protected:
  void Add(std::string_view name, std::initializer_list<std::string_view> cited) {
    std::vector<std::string> ids;
    for (std::string_view one : cited) ids.push_back(RawGraph::Id(one));
    graph_.Add(name, {.auth_events = std::move(ids)});
  }
  std::vector<EventNumber> Numbers(std::initializer_list<std::string_view> names) {
    std::vector<EventNumber> numbers;
    for (std::string_view name : names) numbers.push_back(index_.NumberOf(ids_.emplace_back(RawGraph::Id(name))));
    return numbers;
  }
  std::vector<std::string> Names(const std::vector<EventNumber>& numbers) {
    std::vector<std::string> names;
    for (EventNumber number : numbers) names.emplace_back(Localpart(index_.Find(number)->event_id()));
    return names;
  }

  RawGraph graph_;
  const FetchEvent fetch_ = graph_.Fetcher();
  ResolutionLimits limits_;
  EventIndex index_{fetch_, limits_};
  std::deque<std::string> ids_;
};

TEST_F(AuthChainTest, WalksWhatIsCitedOnce) {
  Add("a", {});
  Add("b", {"a"});
  Add("c", {"a", "b"});
  Add("d", {"c", "b"});
  EXPECT_THAT(Names(WithAuthChains(index_, Numbers({"c"}))), UnorderedElementsAre("a", "b", "c"));
  EXPECT_THAT(Names(WithAuthChains(index_, Numbers({"d", "d", "a"}))), UnorderedElementsAre("a", "b", "c", "d"));
}

TEST_F(AuthChainTest, TheDifferenceLacksWhatEveryChainHolds) {
  // a is everybody's; b and c are on one side, d on the other; e is on both sides by different ways.
  Add("a", {});
  Add("e", {"a"});
  Add("b", {"a", "e"});
  Add("c", {"b"});
  Add("d", {"e"});
  Add("left", {"c"});
  Add("right", {"d"});
  auto difference = [&](std::initializer_list<std::string_view> shared,
                        std::vector<std::initializer_list<std::string_view>> states) {
    std::vector<std::vector<EventNumber>> others;
    for (const auto& state : states) others.push_back(Numbers(state));
    return Names(AuthDifference(index_, Numbers(shared), others));
  };
  EXPECT_THAT(difference({"a"}, {{"left"}, {"right"}}), UnorderedElementsAre("b", "c", "d"));
  EXPECT_THAT(difference({"a"}, {{"left"}, {"left"}}), IsEmpty());
  EXPECT_THAT(difference({"a"}, {{"left"}, {}}), UnorderedElementsAre("a", "b", "c", "e"));
  EXPECT_THAT(difference({"right"}, {{"left"}, {}}), UnorderedElementsAre("b", "c"));
  EXPECT_THAT(difference({"left", "right"}, {{"left"}, {"right"}}), IsEmpty());
  EXPECT_THAT(difference({"a"}, {{"left"}, {"right"}, {"left", "right"}}), UnorderedElementsAre("b", "c", "d"));
  // A conflicted event is in the difference only if another one's chain holds it.
  EXPECT_THAT(difference({"a"}, {{"c"}, {"b"}}), UnorderedElementsAre("b"));
}

TEST_F(AuthChainTest, TheSubgraphIsWhatLiesBetween) {
  Add("root", {});
  Add("low", {"root"});
  Add("between", {"low"});
  Add("aside", {"root"});
  Add("high", {"between", "aside"});
  Add("above", {"high"});
  EXPECT_THAT(Names(ConflictedSubgraph(index_, Numbers({"low", "high"}))),
              UnorderedElementsAre("low", "between", "high"));
  EXPECT_THAT(Names(ConflictedSubgraph(index_, Numbers({"low"}))), ElementsAre("low"));
  EXPECT_THAT(Names(ConflictedSubgraph(index_, Numbers({"low", "aside"}))), UnorderedElementsAre("low", "aside"));
  EXPECT_THAT(Names(ConflictedSubgraph(index_, Numbers({"root", "high"}))),
              UnorderedElementsAre("root", "low", "between", "aside", "high"));
}

TEST_F(AuthChainTest, CirclesEnd) {
  Add("a", {"b"});
  Add("b", {"c"});
  Add("c", {"a"});
  Add("self", {"self"});
  EXPECT_THAT(Names(WithAuthChains(index_, Numbers({"a"}))), UnorderedElementsAre("a", "b", "c"));
  EXPECT_THAT(Names(WithAuthChains(index_, Numbers({"self"}))), ElementsAre("self"));
  EXPECT_THAT(Names(ConflictedSubgraph(index_, Numbers({"a"}))), UnorderedElementsAre("a", "b", "c"));
  EXPECT_THAT(Names(AuthDifference(index_, {}, std::vector{Numbers({"a"}), Numbers({"self"})})),
              UnorderedElementsAre("a", "b", "c", "self"));
}

TEST_F(AuthChainTest, MissingEventsEndTheirChains) {
  Add("a", {"lost"});
  EXPECT_EQ(WithAuthChains(index_, Numbers({"a"})).size(), 2u);
  EXPECT_THAT(index_.Missing(), ElementsAre(RawGraph::Id("lost")));
  EXPECT_TRUE(index_.status().ok());
}

TEST_F(AuthChainTest, ALimitEndsEveryWalk) {
  constexpr int kLength = 1000;
  for (int i = 0; i < kLength; ++i) Add(absl::StrCat(i), {absl::StrCat(i + 1)});
  limits_.max_events = 100;
  EXPECT_LE(WithAuthChains(index_, Numbers({"0"})).size(), 102u);
  EXPECT_TRUE(absl::IsResourceExhausted(index_.status()));
  EXPECT_TRUE(index_.AuthOf(0).empty());
  limits_ = {.max_steps = 100};
  EventIndex another(fetch_, limits_);
  const std::string start = RawGraph::Id("0");
  EXPECT_LE(WithAuthChains(another, {another.NumberOf(start)}).size(), 102u);
  EXPECT_TRUE(absl::IsResourceExhausted(another.status()));
}

}  // namespace
}  // namespace plexus::matrix
