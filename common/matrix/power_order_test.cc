#include "common/matrix/power_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/matrix/ids.h"
#include "common/matrix/test_raw_graph.h"

namespace plexus::matrix {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PowerEventTest, AreThoseThatMayTakeAbilitiesFromUsers) {
  struct Case {
    std::string type, state_key, content;
    bool is_power_event;
  };
  const Case cases[] = {
      {"m.room.power_levels", "", "{}", true},
      {"m.room.power_levels", "x", "{}", true},
      {"m.room.join_rules", "", "{}", true},
      {"m.room.create", "", "{}", false},
      {"m.room.topic", "", "{}", false},
      {"m.room.member", "@bob:one", R"({"membership":"ban"})", true},
      {"m.room.member", "@bob:one", R"({"membership":"leave"})", true},
      {"m.room.member", "@bob:one", R"({"membership":"invite"})", false},
      {"m.room.member", "@bob:one", R"({"membership":"join"})", false},
      {"m.room.member", "@alice:one", R"({"membership":"leave"})", false},
  };
  RawGraph graph;
  for (const Case& test : cases) {
    const std::string id = graph.Add("e", {.type = test.type, .state_key = test.state_key, .content = test.content});
    EXPECT_EQ(IsPowerEvent(*graph.Fetcher()(id).event), test.is_power_event) << test.type << test.content;
  }
}

// Events of Alice, who has level 100, and Bob, who has 50.
class PowerOrderTest : public testing::Test {
 protected:
  PowerOrderTest() {
    create_ = graph_.Add("create", {.type = "m.room.create", .content = R"({"creator":"@alice:one"})"});
    levels_ = graph_.Add("levels", {.auth_events = {create_},
                                    .type = "m.room.power_levels",
                                    .content = R"({"users":{"@alice:one":100,"@bob:one":50}})"});
  }
  void Add(std::string_view name, std::string sender, int64_t time, std::vector<std::string> cited = {},
           std::string type = "m.room.join_rules") {
    cited.push_back(levels_);
    cited.push_back(create_);
    graph_.Add(name, {.auth_events = std::move(cited),
                      .type = std::move(type),
                      .sender = std::move(sender),
                      .origin_server_ts = time});
  }
  std::vector<std::string> Sorted(std::vector<std::string> conflicted) {
    EventIndex index(fetch_, limits_);
    for (std::string& name : conflicted) name = RawGraph::Id(name);
    std::vector<EventNumber> numbers;
    for (const std::string& id : conflicted) numbers.push_back(index.NumberOf(id));
    std::vector<std::string> names;
    const PickedEvents picked = PickPowerEvents(index, numbers);
    for (EventNumber number : picked.sorted) {
      EXPECT_TRUE(picked.all.Has(number));
      names.emplace_back(Localpart(index.Find(number)->event_id()));
    }
    return names;
  }

  RawGraph graph_;
  const FetchEvent fetch_ = graph_.Fetcher();
  const ResolutionLimits limits_;
  std::string create_, levels_;
};

TEST_F(PowerOrderTest, ThePowerfulComeFirstThenTheEarlierThenTheSmallerId) {
  Add("b", "@alice:one", 5);
  Add("a", "@alice:one", 5);
  Add("early", "@alice:one", 4);
  Add("bobs", "@bob:one", 1);
  Add("nobodys", "@carol:one", 0);
  EXPECT_THAT(Sorted({"nobodys", "b", "bobs", "a", "early"}), ElementsAre("early", "a", "b", "bobs", "nobodys"));
}

TEST_F(PowerOrderTest, NothingComesBeforeWhatItCites) {
  Add("bobs", "@bob:one", 9);
  Add("alices", "@alice:one", 1, {RawGraph::Id("bobs")});
  Add("other", "@alice:one", 2);
  EXPECT_THAT(Sorted({"alices", "bobs", "other"}), ElementsAre("other", "bobs", "alices"));
}

TEST_F(PowerOrderTest, TakesWhatTheyHangOnButNothingElse) {
  Add("topic", "@bob:one", 1, {}, "m.room.topic");
  Add("cited", "@bob:one", 1, {}, "m.room.topic");
  Add("rules", "@alice:one", 0, {RawGraph::Id("cited")});
  EXPECT_THAT(Sorted({"topic", "cited", "rules"}), ElementsAre("cited", "rules"));
  EXPECT_THAT(Sorted({"topic", "cited"}), IsEmpty());
}

// The chain from one conflicted event to the other runs through one that is not in conflict.
TEST_F(PowerOrderTest, ChainsCountBehindWhatIsNotInConflict) {
  Add("bottom", "@bob:one", 9, {}, "m.room.topic");
  Add("middle", "@bob:one", 9, {RawGraph::Id("bottom")}, "m.room.topic");
  Add("top", "@alice:one", 0, {RawGraph::Id("middle")});
  EXPECT_THAT(Sorted({"top", "bottom"}), ElementsAre("bottom", "top"));
}

TEST_F(PowerOrderTest, SendersAreMeasuredByWhatTheirEventsCite) {
  // Bob's event cites levels in which he has more than anybody.
  const std::string raised = graph_.Add(
      "raised", {.auth_events = {create_}, .type = "m.room.power_levels", .content = R"({"users":{"@bob:one":200}})"});
  graph_.Add("bobs", {.auth_events = {create_, raised}, .type = "m.room.join_rules", .sender = "@bob:one"});
  // Without levels, the creator has 100.
  graph_.Add("creators", {.auth_events = {create_}, .type = "m.room.join_rules", .origin_server_ts = 1});
  Add("alices", "@alice:one", 2);
  EXPECT_THAT(Sorted({"alices", "creators", "bobs"}), ElementsAre("bobs", "creators", "alices"));
}

}  // namespace
}  // namespace plexus::matrix
