// Rules 1 to 3 and 5 to 8 of room version 11 (1, 2, 4 and 6 to 9 of room version 12 and those before 6): all but
// membership and power levels.
#include "common/matrix/event_auth.h"

#include <gtest/gtest.h>

#include <vector>

#include "common/base/matrix_error.h"
#include "common/matrix/auth_events.h"
#include "common/matrix/every_room_version.h"
#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

class EventAuthTest : public testing::TestWithParam<std::string> {
 protected:
  EventAuthTest() : room_(GetParam()) { room_.SetMember("@creator:one", "join"); }
  bool IsSince(int first) const { return matrix::IsSince(first, GetParam()); }
  bool IsV12() const { return IsSince(12); }

  // The verdict on a create event of this content, sender and room id.
  std::string CreateVerdict(std::string_view content, std::string sender = "@creator:one",
                            std::string room_id = "!room:one", std::vector<std::string> previous = {}) {
    EventTemplate wanted{
        IsV12() ? "" : room_id, std::string(kRoomCreate), "", sender, json::ParseObject(content).value(),
        std::nullopt,           room_.NextEventId("one")};
    EventPosition position{previous, {}, 1, 1, std::vector(previous.size(), TestRoom::kSomeHash)};
    return room_.Verdict(BuildEvent(room_.version(), std::move(wanted), position, "one", room_.key()).value());
  }

  std::string CitedVerdict(const Event& event, const std::vector<CitedEvent>& cited) {
    return std::string(CheckAuthEvents(room_.version(), event, cited).message());
  }

  TestRoom room_;
};

PLEXUS_IN_EVERY_ROOM_VERSION(EventAuthTest);

// Rule 1.
TEST_P(EventAuthTest, AllowsCreateEvents) {
  EXPECT_EQ(CreateVerdict(R"({"creator":"@creator:one"})"), "");
  EXPECT_EQ(CreateVerdict(R"({"creator":"@creator:one","room_version":"11"})"), "");
}

TEST_P(EventAuthTest, RejectsACreateEventWithPreviousEvents) {
  EXPECT_EQ(CreateVerdict(R"({"creator":"@creator:one"})", "@creator:one", "!room:one", {"$x"}),
            "A create event has no previous events");
}

TEST_P(EventAuthTest, RejectsACreateEventWithAForeignOrUnwantedRoomId) {
  if (!IsV12()) {
    EXPECT_EQ(CreateVerdict(R"({"creator":"@creator:one"})", "@creator:two"),
              "The room id's domain is not that of the creator");
    return;
  }
  json::Object pdu = room_.create().json();
  pdu["room_id"] = "!room:one";
  EXPECT_EQ(room_.Verdict(Event::Parse(pdu, room_.version()).value()), "A create event has no room id");
}

TEST_P(EventAuthTest, RejectsACreateEventOfAnUnknownRoomVersion) {
  EXPECT_EQ(CreateVerdict(R"({"creator":"@creator:one","room_version":"unheard-of"})"),
            "The create event names an unknown room version");
  EXPECT_EQ(CreateVerdict(R"({"creator":"@creator:one","room_version":11})"),
            "The create event names an unknown room version");
}

TEST_P(EventAuthTest, WantsACreatorUntilRoomVersion10) {
  EXPECT_EQ(CreateVerdict("{}"), IsSince(11) ? "" : "The create event names no creator");
}

TEST_P(EventAuthTest, ChecksAdditionalCreatorsOnlyInRoomVersion12) {
  const std::string complaint = IsV12() ? "additional_creators is not a list of user ids" : "";
  for (std::string_view creators : {R"("@a:b")", R"([1])", R"(["a"])", R"(["@a:b",null])", "{}", "null"}) {
    EXPECT_EQ(CreateVerdict(R"({"creator":"@creator:one","additional_creators":)" + std::string(creators) + "}"),
              complaint)
        << creators;
  }
  EXPECT_EQ(CreateVerdict(R"({"creator":"@creator:one","additional_creators":["@a:b"]})"), "");
}

// Rule 2 of room version 12.
TEST_P(EventAuthTest, RejectsEventsWithoutTheirCreateEvent) {
  const Event event = room_.Make("m.room.message", std::nullopt, "@creator:one", "{}");
  EXPECT_EQ(room_.Verdict(event), "");
  TestRoom other(GetParam(), R"({"other":1})");
  other.SetMember("@creator:one", "join");
  if (IsV12()) {
    EXPECT_EQ(other.Verdict(event), "The room has no create event");
  }
  room_.RemoveState(kRoomCreate);
  EXPECT_EQ(room_.Verdict(event), "The room has no create event");
}

// Rule 2, in room version 12 rule 3.
TEST_P(EventAuthTest, ChecksWhatAnEventCites) {
  room_.SetState(kRoomPowerLevels, "{}");
  room_.SetState(kRoomJoinRules, "{}");
  const Event event = room_.Make("m.room.message", std::nullopt, "@creator:one", "{}");
  const CitedEvent create{&room_.create(), false};
  const CitedEvent levels{room_.Find(kRoomPowerLevels, ""), false};
  const CitedEvent member{room_.Find(kRoomMember, "@creator:one"), false};
  const CitedEvent rules{room_.Find(kRoomJoinRules, ""), false};
  std::vector<CitedEvent> good = {levels, member};
  if (!IsV12()) good.push_back(create);
  EXPECT_EQ(CitedVerdict(event, good), "");

  auto with = [&](CitedEvent more) {
    std::vector<CitedEvent> cited = good;
    cited.push_back(more);
    return cited;
  };
  EXPECT_EQ(CitedVerdict(event, with(levels)), "auth_events has two events for one key");
  EXPECT_EQ(CitedVerdict(event, with(rules)), "auth_events may not have m.room.join_rules here");
  std::vector<CitedEvent> rejected = good;
  rejected[0].rejected = true;
  EXPECT_EQ(CitedVerdict(event, rejected), "auth_events has an event that was rejected");
}

TEST_P(EventAuthTest, WantsTheCreateEventCitedUntilRoomVersion11) {
  const Event event = room_.Make("m.room.message", std::nullopt, "@creator:one", "{}");
  const CitedEvent create{&room_.create(), false};
  const CitedEvent member{room_.Find(kRoomMember, "@creator:one"), false};
  EXPECT_EQ(CitedVerdict(event, {member}), IsV12() ? "" : "auth_events lacks the create event");
  EXPECT_EQ(CitedVerdict(event, {member, create}), IsV12() ? "auth_events may not have m.room.create here" : "");
}

TEST_P(EventAuthTest, RejectsCitedEventsOfOtherRooms) {
  const Event event = room_.Make("m.room.message", std::nullopt, "@creator:one", "{}");
  json::Object pdu = room_.Find(kRoomMember, "@creator:one")->json();
  pdu["room_id"] = "!other:one";
  const Event foreign = Event::Parse(pdu, room_.version()).value();
  EXPECT_EQ(CitedVerdict(event, {{&foreign, false}}), "auth_events has an event of another room");
}

// Rule 3, in room version 12 rule 4.
TEST_P(EventAuthTest, KeepsOtherServersOutOfLocalRooms) {
  TestRoom local(GetParam(), R"({"m.federate":false})");
  local.SetState(kRoomJoinRules, R"({"join_rule":"public"})");
  EXPECT_EQ(local.Verdict(local.Member("@b:two", "@b:two", "join")), "This room is not open to other servers");
  EXPECT_EQ(local.Verdict(local.Member("@b:one", "@b:one", "join")), "");
  room_.SetState(kRoomJoinRules, R"({"join_rule":"public"})");
  EXPECT_EQ(room_.Verdict(room_.Member("@b:two", "@b:two", "join")), "");
}

// Rule 5.
TEST_P(EventAuthTest, OnlyMembersSend) {
  for (std::string_view membership : {"", "leave", "invite", "knock", "ban"}) {
    if (!membership.empty()) room_.SetMember("@b:one", membership);
    EXPECT_EQ(room_.Verdict(room_.Make("m.room.message", std::nullopt, "@b:one", "{}")),
              "User @b:one is not in the room");
  }
  room_.SetMember("@b:one", "join");
  EXPECT_EQ(room_.Verdict(room_.Make("m.room.message", std::nullopt, "@b:one", "{}")), "");
}

// Rule 6.
TEST_P(EventAuthTest, ThirdPartyInvitesTakeTheInviteLevelOnly) {
  room_.SetMember("@b:one", "join");
  const Event invite = room_.Make(kRoomThirdPartyInvite, "token", "@b:one", "{}");
  room_.SetState(kRoomPowerLevels, R"({"invite":0,"state_default":50})");
  EXPECT_EQ(room_.Verdict(invite), "");
  room_.SetState(kRoomPowerLevels, R"({"invite":1,"state_default":0})");
  EXPECT_EQ(room_.Verdict(invite), "You don't have permission to invite users");
}

// Rule 7.
TEST_P(EventAuthTest, EventsTakeTheirTypesLevel) {
  struct Case {
    std::string_view levels;
    bool state;
    bool allowed;
  };
  const Case cases[] = {
      {"{}", false, true},
      {"{}", true, false},
      {R"({"events_default":1})", false, false},
      {R"({"state_default":0})", true, true},
      {R"({"events":{"x":1}})", false, false},
      {R"({"events":{"x":0}})", true, true},
      {R"({"events":{"x":5},"users":{"@b:one":5}})", true, true},
      {R"({"events":{"x":5},"users":{"@b:one":4}})", false, false},
      {R"({"events":{"x":5},"users_default":5})", false, true},
  };
  room_.SetMember("@b:one", "join");
  for (const Case& test : cases) {
    room_.SetState(kRoomPowerLevels, test.levels);
    const Event event = room_.Make("x", test.state ? std::optional<std::string>("") : std::nullopt, "@b:one", "{}");
    EXPECT_EQ(room_.Verdict(event), test.allowed ? "" : "You don't have permission to send x events") << test.levels;
  }
}

TEST_P(EventAuthTest, WithoutPowerLevelsOnlyTheCreatorSetsState) {
  room_.SetMember("@b:one", "join");
  EXPECT_EQ(room_.Verdict(room_.Make("x", "", "@creator:one", "{}")), "");
  EXPECT_EQ(room_.Verdict(room_.Make("x", "", "@b:one", "{}")), "You don't have permission to send x events");
}

TEST_P(EventAuthTest, CreatorsOutrankEveryoneFromRoomVersion12On) {
  TestRoom room(GetParam(), R"({"additional_creators":["@other:two"]})");
  room.SetState(kRoomPowerLevels, R"({"events":{"x":9007199254740991}})");
  for (std::string_view user : {"@creator:one", "@other:two"}) {
    room.SetMember(user, "join");
    EXPECT_EQ(room.Verdict(room.Make("x", "", user, "{}")),
              IsV12() ? "" : "You don't have permission to send x events");
  }
}

// Rule 8.
TEST_P(EventAuthTest, UserIdsAsStateKeysBelongToTheirUsers) {
  EXPECT_EQ(room_.Verdict(room_.Make("x", "@creator:one", "@creator:one", "{}")), "");
  EXPECT_EQ(room_.Verdict(room_.Make("x", "@other:one", "@creator:one", "{}")),
            "You are not allowed to set others' state");
  EXPECT_EQ(room_.Verdict(room_.Make("x", "other", "@creator:one", "{}")), "");
}

// Rule 11 of room versions 1 and 2.
TEST_P(EventAuthTest, RedactionsAreOrdinaryEventsFromRoomVersion3On) {
  for (std::string_view user : {"@b:one", "@mod:one"}) room_.SetMember(user, "join");
  room_.SetState(kRoomPowerLevels, R"({"redact":50,"users":{"@mod:one":50}})");
  auto verdict = [&](std::string sender, std::string target) {
    EventTemplate wanted{room_.room_id(), std::string(kRoomRedaction), std::nullopt, sender, {},
                         target,          room_.NextEventId("one")};
    EventPosition position{{"$x"}, {}, 5, 1, {TestRoom::kSomeHash}};
    return room_.Verdict(BuildEvent(room_.version(), std::move(wanted), position, "one", room_.key()).value());
  };
  const std::string refusal = IsSince(3) ? "" : "You don't have permission to redact this event";
  EXPECT_EQ(verdict("@mod:one", "$x:two"), "");
  EXPECT_EQ(verdict("@b:one", "$x:one"), "");
  EXPECT_EQ(verdict("@b:one", "$x:two"), refusal);
  EXPECT_EQ(verdict("@b:one", "$hash"), refusal);
}

// Rule 4 of room versions 1 to 5.
TEST_P(EventAuthTest, AliasesBelongToTheirServersUntilRoomVersion5) {
  auto verdict = [&](std::string_view sender, std::optional<std::string> state_key) {
    return room_.Verdict(room_.Make(kRoomAliases, std::move(state_key), sender, R"({"aliases":[]})"));
  };
  if (IsSince(6)) {
    EXPECT_EQ(verdict("@creator:one", "two"), "");
    EXPECT_EQ(verdict("@b:two", "two"), "User @b:two is not in the room");
    return;
  }
  EXPECT_EQ(verdict("@creator:one", "one"), "");
  EXPECT_EQ(verdict("@b:two", "two"), "") << "membership and levels do not matter";
  EXPECT_EQ(verdict("@creator:one", "two"), "You are not allowed to set other servers' aliases");
  EXPECT_EQ(verdict("@creator:one", std::nullopt), "Aliases are a state event");
}

TEST_P(EventAuthTest, RefusalsAreForbidden) {
  const absl::Status status = CheckAuth(
      room_.version(), room_.Make("x", "", "@b:one", "{}"),
      [&](std::string_view type, std::string_view key) { return room_.Find(type, key); },
      [](const Event&, std::string_view) { return false; });
  EXPECT_EQ(FromStatus(status).errcode, "M_FORBIDDEN");
  EXPECT_EQ(FromStatus(status).http_status, 403);
}

// "Handling redactions".
TEST_P(EventAuthTest, AppliesRedactionsByLevelOrByServer) {
  auto state = [&](std::string_view type, std::string_view key) { return room_.Find(type, key); };
  room_.SetState(kRoomPowerLevels, R"({"users":{"@mod:two":50}})");
  const Event target = room_.Make("m.room.message", std::nullopt, "@b:one", "{}");
  auto by = [&](std::string_view sender) { return room_.Make(kRoomRedaction, std::nullopt, sender, "{}"); };
  EXPECT_TRUE(MayRedact(by("@b:one"), target, state));
  EXPECT_TRUE(MayRedact(by("@c:one"), target, state));
  EXPECT_TRUE(MayRedact(by("@mod:two"), target, state));
  // Until room version 2, the rules have decided that already.
  EXPECT_EQ(MayRedact(by("@c:two"), target, state), !IsSince(3));
}

}  // namespace
}  // namespace plexus::matrix
