// Rule 9 of room version 11 (rule 10 of room version 12 and of those before 6), line by line.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/matrix/every_room_version.h"
#include "common/matrix/level_value.h"
#include "common/matrix/power_levels.h"
#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

constexpr std::string_view kLevels[] = {"users_default", "events_default", "state_default", "ban",
                                        "redact",        "kick",           "invite"};

class PowerLevelsAuthTest : public testing::TestWithParam<std::string> {
 protected:
  PowerLevelsAuthTest() : room_(GetParam()) {
    room_.SetMember("@creator:one", "join");
    room_.SetMember("@mod:one", "join");
  }
  // The verdict on `after` by @mod:one, who has level 50, where the room's power levels are `before`.
  std::string ChangeVerdict(std::string_view before, std::string_view after) {
    room_.SetState(kRoomPowerLevels, before);
    return room_.Verdict(room_.Make(kRoomPowerLevels, "", "@mod:one", after));
  }
  // The same where both have the member `member` as given, or not at all if it is empty.
  std::string MemberVerdict(std::string_view before, std::string_view after) {
    constexpr std::string_view kRest = R"("users":{"@mod:one":50})";
    auto content = [&](std::string_view member) {
      return absl::StrCat("{", kRest, member.empty() ? "" : ",", member, "}");
    };
    return ChangeVerdict(content(before), content(after));
  }
  std::string FirstVerdict(std::string_view content) {
    room_.RemoveState(kRoomPowerLevels);
    return room_.Verdict(room_.Make(kRoomPowerLevels, "", "@creator:one", content));
  }

  bool IsSince(int first) const { return matrix::IsSince(first, GetParam()); }

  TestRoom room_;
};

PLEXUS_IN_EVERY_ROOM_VERSION(PowerLevelsAuthTest);

// 9.1.
TEST_P(PowerLevelsAuthTest, LevelsAreIntegersFromRoomVersion10On) {
  for (std::string_view key : kLevels) {
    for (std::string_view value : {R"("50")", "null", "true", "[]", "{}"}) {
      EXPECT_EQ(FirstVerdict(absl::StrCat("{\"", key, "\":", value, "}")),
                IsSince(10) ? absl::StrCat("'", key, "' must be an integer") : "");
    }
    EXPECT_EQ(FirstVerdict(absl::StrCat("{\"", key, "\":-5}")), "");
  }
}

// 9.2.
TEST_P(PowerLevelsAuthTest, EventsAndNotificationsAreObjectsOfIntegersFromRoomVersion10On) {
  for (std::string_view map : {"events", "notifications"}) {
    EXPECT_EQ(FirstVerdict(absl::StrCat("{\"", map, "\":[]}")),
              IsSince(10) ? absl::StrCat("'", map, "' must be an object") : "");
    EXPECT_EQ(FirstVerdict(absl::StrCat("{\"", map, "\":{\"x\":\"1\"}}")), IsSince(10) ? "'x' must be an integer" : "");
    EXPECT_EQ(FirstVerdict(absl::StrCat("{\"", map, "\":{\"x\":1}}")), "");
  }
}

// 9.3.
TEST_P(PowerLevelsAuthTest, UsersAreUserIdsWithIntegers) {
  EXPECT_EQ(FirstVerdict(R"({"users":7})"), "'users' must be an object");
  EXPECT_EQ(FirstVerdict(R"({"users":{"@a:b":"1"}})"), IsSince(10) ? "'@a:b' must be an integer" : "");
  EXPECT_EQ(FirstVerdict(R"({"users":{"@a:b":"one"}})"), "'@a:b' must be an integer");
  EXPECT_EQ(FirstVerdict(R"({"users":{"@a:b":null}})"), "'@a:b' must be an integer");
  EXPECT_EQ(FirstVerdict(R"({"users":{"alice":1}})"), "'users' has something that is no user id");
  EXPECT_EQ(FirstVerdict(R"({"users":{"@a:b":1}})"), "");
}

// 10.4 of room version 12.
TEST_P(PowerLevelsAuthTest, CreatorsHaveNoLevelFromRoomVersion12On) {
  TestRoom room(GetParam(), R"({"additional_creators":["@other:two"]})");
  room.SetMember("@creator:one", "join");
  for (std::string_view user : {"@creator:one", "@other:two"}) {
    const Event levels =
        room.Make(kRoomPowerLevels, "", "@creator:one", absl::StrCat(R"({"users":{")", user, R"(":100}})"));
    EXPECT_EQ(room.Verdict(levels), GetParam() == "12" ? "Creators have no power level" : "") << user;
  }
}

// 9.4.
TEST_P(PowerLevelsAuthTest, TheFirstLevelsMayBeAnything) {
  EXPECT_EQ(FirstVerdict(R"({"users":{"@a:b":1000},"ban":1000,"events":{"x":1000}})"), "");
}

// 9.5.
TEST_P(PowerLevelsAuthTest, LevelsChangeWithinTheSendersReach) {
  struct Case {
    std::string_view before, after;  // empty: absent
    bool allowed;
  };
  const Case cases[] = {
      {"10", "50", true}, {"50", "10", true}, {"51", "51", true}, {"51", "50", false}, {"50", "51", false},
      {"", "50", true},   {"", "51", false},  {"50", "", true},   {"51", "", false},
  };
  for (std::string_view key : kLevels) {
    if (key == "state_default") continue;  // would keep the sender from sending at all: see below
    for (const Case& test : cases) {
      auto member = [&](std::string_view value) {
        return value.empty() ? std::string() : absl::StrCat("\"", key, "\":", value);
      };
      EXPECT_EQ(MemberVerdict(member(test.before), member(test.after)),
                test.allowed ? "" : absl::StrCat("You don't have permission to change the level of '", key, "'"))
          << key << " from " << test.before << " to " << test.after;
    }
  }
}

TEST_P(PowerLevelsAuthTest, TheDefaultOfStateChangesWithinTheSendersReach) {
  constexpr std::string_view kReach = R"("events":{"m.room.power_levels":0})";
  auto with = [&](std::string_view level) { return absl::StrCat(kReach, ",\"state_default\":", level); };
  EXPECT_EQ(MemberVerdict(with("50"), with("0")), "");
  EXPECT_NE(MemberVerdict(with("51"), with("50")), "");
  EXPECT_NE(MemberVerdict(with("50"), with("51")), "");
}

// 9.6 and 9.7.
TEST_P(PowerLevelsAuthTest, EntriesOfEventsAndNotificationsChangeWithinTheSendersReach) {
  struct Case {
    std::string_view before, after;
    bool allowed;
  };
  const Case cases[] = {
      {"{}", R"({"x":50})", true},          {"{}", R"({"x":51})", false},         {R"({"x":50})", "{}", true},
      {R"({"x":51})", "{}", false},         {R"({"x":50})", R"({"x":0})", true},  {R"({"x":51})", R"({"x":0})", false},
      {R"({"x":0})", R"({"x":51})", false}, {R"({"x":51})", R"({"x":51})", true},
  };
  for (std::string_view map : {"events", "notifications"}) {
    const bool ruled = map == "events" || IsSince(6);
    for (const Case& test : cases) {
      EXPECT_EQ(MemberVerdict(absl::StrCat("\"", map, "\":", test.before), absl::StrCat("\"", map, "\":", test.after)),
                test.allowed || !ruled ? "" : "You don't have permission to change the level of 'x'")
          << map << " from " << test.before << " to " << test.after;
    }
    EXPECT_EQ(MemberVerdict(absl::StrCat("\"", map, "\":{\"x\":51}"), "").empty(), !ruled)
        << map << " removed as a whole";
  }
}

// 9.8 and 9.9.
TEST_P(PowerLevelsAuthTest, UsersChangeBelowTheSender) {
  struct Case {
    std::string_view before, after;
    bool allowed;
  };
  const Case cases[] = {
      {R"("@mod:one":50)", R"("@mod:one":50,"@b:one":50)", true},
      {R"("@mod:one":50)", R"("@mod:one":50,"@b:one":51)", false},
      {R"("@mod:one":50,"@b:one":49)", R"("@mod:one":50,"@b:one":50)", true},
      {R"("@mod:one":50,"@b:one":49)", R"("@mod:one":50)", true},
      {R"("@mod:one":50,"@b:one":50)", R"("@mod:one":50,"@b:one":0)", false},
      {R"("@mod:one":50,"@b:one":50)", R"("@mod:one":50)", false},
      {R"("@mod:one":50,"@b:one":60)", R"("@mod:one":50,"@b:one":60)", true},
      {R"("@mod:one":50)", R"("@mod:one":49)", true},
      {R"("@mod:one":50)", "", true},
      {R"("@mod:one":50)", R"("@mod:one":51)", false},
  };
  for (const Case& test : cases) {
    const std::string verdict = ChangeVerdict(absl::StrCat(R"({"users":{)", test.before, "}}"),
                                              absl::StrCat(R"({"users":{)", test.after, "}}"));
    EXPECT_EQ(verdict.empty(), test.allowed) << test.before << " to " << test.after << ": " << verdict;
  }
}

// "m.room.power_levels events accept values as strings", "… as floats".
TEST_P(PowerLevelsAuthTest, StringsCountAsTheirIntegersUntilRoomVersion9) {
  if (IsSince(10)) return;  // refused: see above
  EXPECT_EQ(ChangeVerdict(R"({"users":{"@mod:one":" +050 "},"ban":"50"})", R"({"users":{"@mod:one":50},"ban":50})"),
            "");
  EXPECT_EQ(ChangeVerdict(R"({"users":{"@mod:one":"50"},"ban":"51"})", R"({"users":{"@mod:one":50},"ban":50})"),
            "You don't have permission to change the level of 'ban'");
  EXPECT_EQ(ChangeVerdict(R"({"users":{"@mod:one":"50"}})", R"({"users":{"@mod:one":"50","@b:one":"51"}})"),
            "You don't have permission to change the level of '@b:one'");
  room_.SetState(kRoomPowerLevels, R"({"state_default":"7","events":{"x":"9"},"users_default":"3","invite":"4"})");
  const PowerLevels levels(room_.create(), room_.Find(kRoomPowerLevels, ""));
  EXPECT_EQ(levels.StateLevel("y"), 7);
  EXPECT_EQ(levels.StateLevel("x"), 9);
  EXPECT_EQ(levels.UserLevel("@b:one"), 3);
  EXPECT_EQ(levels.invite(), 4);
}

TEST(LevelValueTest, ReadsWhatTheRoomVersionAllows) {
  constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
  constexpr int64_t kSmallest = std::numeric_limits<int64_t>::min();
  struct Case {
    std::string_view json;
    std::optional<int64_t> until_5, until_9, since_10;
  };
  const Case cases[] = {
      {"100", 100, 100, 100},
      {"-5", -5, -5, -5},
      {R"("100")", 100, 100, {}},
      {R"("000100")", 100, 100, {}},
      {R"("+100")", 100, 100, {}},
      {R"("-100")", -100, -100, {}},
      {R"(" 100 ")", 100, 100, {}},
      {R"(" -00100 ")", -100, -100, {}},
      {R"("99999999999999999999")", kLargest, kLargest, {}},
      {R"("-99999999999999999999")", kSmallest, kSmallest, {}},
      {"50.57", 50, {}, {}},
      {"-50.57", -50, {}, {}},
      {"5.114698E4", 51146, {}, {}},
      {"1e300", kLargest, {}, {}},
      {"-1e300", kSmallest, {}, {}},
      {"18446744073709551615", kLargest, {}, {}},
      {R"("50.57")", {}, {}, {}},
      {R"("1e2")", {}, {}, {}},
      {R"("")", {}, {}, {}},
      {R"("+")", {}, {}, {}},
      {R"("+-1")", {}, {}, {}},
      {R"("1 0")", {}, {}, {}},
      {"1e999", {}, {}, {}},
      {"null", {}, {}, {}},
      {"true", {}, {}, {}},
      {"[]", {}, {}, {}},
  };
  for (const Case& test : cases) {
    const json::Value value = json::Parse(test.json).value();
    for (const std::string& version : AllVersions()) {
      const auto& expected = IsSince(10, version) ? test.since_10 : IsSince(6, version) ? test.until_9 : test.until_5;
      EXPECT_EQ(LevelOf(value, *FindRoomVersion(version)), expected) << test.json << " in " << version;
    }
  }
}

TEST_P(PowerLevelsAuthTest, CreatorsChangeAnythingFromRoomVersion12On) {
  room_.SetState(kRoomPowerLevels, R"({"users":{"@b:one":9007199254740991}})");
  const Event change = room_.Make(kRoomPowerLevels, "", "@creator:one", R"({"users":{"@b:one":0}})");
  EXPECT_EQ(room_.Verdict(change).empty(), GetParam() == "12");
}

TEST_P(PowerLevelsAuthTest, DefaultsAreThoseOfTheSpecification) {
  const PowerLevels none(room_.create(), nullptr);
  EXPECT_EQ(none.UserLevel("@creator:one"), GetParam() == "12" ? kInfinitePower : 100);
  EXPECT_EQ(none.UserLevel("@b:one"), 0);
  EXPECT_EQ(none.StateLevel("x"), 50);
  EXPECT_EQ(none.EventLevel("x"), 0);
  EXPECT_EQ(none.ban(), 50);
  EXPECT_EQ(none.kick(), 50);
  EXPECT_EQ(none.redact(), 50);
  EXPECT_EQ(none.invite(), 0);
  EXPECT_EQ(none.Notification("room"), 50);
  EXPECT_FALSE(none.exists());

  room_.SetState(kRoomPowerLevels, R"({"users_default":5,"notifications":{"room":20},"events":{"x":7}})");
  const PowerLevels some(room_.create(), room_.Find(kRoomPowerLevels, ""));
  EXPECT_EQ(some.UserLevel("@creator:one"), GetParam() == "12" ? kInfinitePower : 5);
  EXPECT_EQ(some.Notification("room"), 20);
  EXPECT_EQ(some.RequiredLevel("x", true), 7);
  EXPECT_EQ(some.RequiredLevel("y", true), 50);
}

}  // namespace
}  // namespace plexus::matrix
