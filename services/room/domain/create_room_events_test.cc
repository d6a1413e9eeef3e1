#include "services/room/domain/create_room_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"

namespace plexus::room {
namespace {

using ::testing::ElementsAre;

constexpr char kCreator[] = "@creator:one";

absl::StatusOr<CreateRoomBody> Parse(std::string_view text) {
  return ParseCreateRoom(json::ParseObject(text).value(), {"12", "one", kCreator});
}

std::vector<StateEventWish> EventsFor(std::string_view text, const Profiles& profiles = {}) {
  return EventsOfNewRoom(Parse(text).value(), kCreator, profiles);
}

std::vector<std::string> Names(const std::vector<StateEventWish>& events) {
  std::vector<std::string> names;
  for (const StateEventWish& event : events) {
    names.push_back(event.state_key.empty() ? event.type : event.type + " " + event.state_key);
  }
  return names;
}

std::string ContentOf(const std::vector<StateEventWish>& events, std::string_view type, std::string_view key = "") {
  for (const StateEventWish& event : events) {
    if (event.type == type && event.state_key == key) return json::Canonical(event.content).value();
  }
  return "absent";
}

json::Object PowerLevels(std::string_view text) {
  return json::ParseObject(ContentOf(EventsFor(text), "m.room.power_levels")).value();
}

TEST(CreateRoomEvents, ComeInTheOrderOfTheSpecification) {
  EXPECT_THAT(Names(EventsFor(R"({"room_alias_name":"pub","name":"N","topic":"T","invite":["@b:one","@c:two"],
      "initial_state":[{"type":"m.room.encryption","content":{}}]})")),
              ElementsAre("m.room.member @creator:one", "m.room.power_levels", "m.room.canonical_alias",
                          "m.room.join_rules", "m.room.history_visibility", "m.room.guest_access", "m.room.encryption",
                          "m.room.name", "m.room.topic", "m.room.member @b:one", "m.room.member @c:two"));
}

struct PresetCase {
  const char* body;
  const char* join_rule;
  const char* guest_access;
};
class CreateRoomPresets : public ::testing::TestWithParam<PresetCase> {};

TEST_P(CreateRoomPresets, SetJoinRulesVisibilityAndGuestAccess) {
  const std::vector<StateEventWish> events = EventsFor(GetParam().body);
  EXPECT_EQ(ContentOf(events, "m.room.join_rules"), GetParam().join_rule);
  EXPECT_EQ(ContentOf(events, "m.room.history_visibility"), R"({"history_visibility":"shared"})");
  EXPECT_EQ(ContentOf(events, "m.room.guest_access"), GetParam().guest_access);
}

constexpr char kInvite[] = R"({"join_rule":"invite"})";
constexpr char kPublic[] = R"({"join_rule":"public"})";
constexpr char kCanJoin[] = R"({"guest_access":"can_join"})";
constexpr char kNoGuests[] = R"({"guest_access":"forbidden"})";
INSTANTIATE_TEST_SUITE_P(
    All, CreateRoomPresets,
    ::testing::Values(PresetCase{"{}", kInvite, kCanJoin}, PresetCase{R"({"visibility":"private"})", kInvite, kCanJoin},
                      PresetCase{R"({"visibility":"public"})", kPublic, kNoGuests},
                      PresetCase{R"({"visibility":"public","preset":"private_chat"})", kInvite, kCanJoin},
                      PresetCase{R"({"preset":"trusted_private_chat"})", kInvite, kCanJoin},
                      PresetCase{R"({"preset":"public_chat"})", kPublic, kNoGuests}));

TEST(CreateRoomEvents, GiveTheCreatorPowerBeforeRoomVersion12Only) {
  EXPECT_EQ(json::Serialize(*json::GetObject(PowerLevels(R"({"room_version":"11"})"), "users")),
            R"({"@creator:one":100})");
  EXPECT_EQ(json::Serialize(*json::GetObject(PowerLevels(R"({"room_version":"12"})"), "users")), "{}");
}

TEST(CreateRoomEvents, KeepTombstonesAboveStateDefaultInRoomVersion12) {
  const json::Object levels = PowerLevels(R"({"room_version":"12"})");
  EXPECT_GT(json::GetInt(*json::GetObject(levels, "events"), "m.room.tombstone"),
            json::GetInt(levels, "state_default"));
  EXPECT_EQ(json::GetInt(*json::GetObject(levels, "events"), "m.room.tombstone"), 150);
}

TEST(CreateRoomEvents, TrustInviteesAsMuchAsTheCreator) {
  const std::string body = R"({"preset":"trusted_private_chat","invite":["@b:one"],"room_version":)";
  EXPECT_EQ(json::Canonical(*json::GetObject(PowerLevels(body + R"("11"})"), "users")).value(),
            R"({"@b:one":100,"@creator:one":100})");
  const CreateRoomBody twelve =
      Parse(body + R"("12","creation_content":{"additional_creators":["@c:one","@b:one"]}})").value();
  EXPECT_EQ(json::Serialize(CreateContent(twelve, kCreator).value()), R"({"additional_creators":["@c:one","@b:one"]})");
}

TEST(CreateRoomEvents, TakeTheOverrideOverTheDefaultLevels) {
  const json::Object levels = PowerLevels(R"({"power_level_content_override":{"invite":75,"events":{"x":1}}})");
  EXPECT_EQ(json::GetInt(levels, "invite"), 75);
  EXPECT_EQ(json::Serialize(*json::GetObject(levels, "events")), R"({"x":1})");
  EXPECT_EQ(json::GetInt(levels, "ban"), 50);
}

TEST(CreateRoomEvents, LetInitialStateReplaceThePresetAndNameReplaceInitialState) {
  const std::vector<StateEventWish> events = EventsFor(R"({"name":"new","initial_state":[
      {"type":"m.room.history_visibility","content":{"history_visibility":"joined"}},
      {"type":"m.room.name","content":{"name":"old"}}]})");
  EXPECT_EQ(ContentOf(events, "m.room.history_visibility"), R"({"history_visibility":"joined"})");
  EXPECT_EQ(ContentOf(events, "m.room.name"), R"({"name":"new"})");
  const std::vector<std::string> names = Names(events);
  EXPECT_EQ(std::count(names.begin(), names.end(), "m.room.name"), 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), "m.room.history_visibility"), 1);
}

TEST(CreateRoomEvents, CarryProfilesAndDirectness) {
  const Profiles profiles{{kCreator, {"Creator", "mxc://one/a"}}, {"@b:one", {"B", std::nullopt}}};
  const std::vector<StateEventWish> events = EventsFor(R"({"invite":["@b:one"],"is_direct":true})", profiles);
  EXPECT_EQ(ContentOf(events, "m.room.member", kCreator),
            R"({"avatar_url":"mxc://one/a","displayname":"Creator","membership":"join"})");
  EXPECT_EQ(ContentOf(events, "m.room.member", "@b:one"),
            R"({"displayname":"B","is_direct":true,"membership":"invite"})");
}

TEST(CreateRoomEvents, WriteTheTopicPlainlyAndRichly) {
  EXPECT_EQ(ContentOf(EventsFor(R"({"topic":"T"})"), "m.room.topic"),
            R"({"m.topic":{"m.text":[{"body":"T","mimetype":"text/plain"}]},"topic":"T"})");
}

TEST(CreateRoomEvents, IgnoreCreatorAndVersionInCreationContent) {
  const CreateRoomBody body =
      Parse(R"({"creation_content":{"creator":"@x:y","room_version":"1","m.federate":false}})").value();
  EXPECT_EQ(json::Serialize(CreateContent(body, kCreator).value()), R"({"m.federate":false})");
}

}  // namespace
}  // namespace plexus::room
