#include "common/matrix/client_event.h"

#include <gtest/gtest.h>

#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/matrix/every_room_version.h"
#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

std::string Text(const json::Object& object) { return json::Canonical(object).value(); }

TEST(ClientEventTest, HasWhatClientsNeedAndNothingOfTheFederation) {
  const TestRoom room("11");
  const Event event = room.Make("m.room.topic", "", "@a:one", R"({"topic":"t"})");
  const std::string id(event.event_id());
  EXPECT_EQ(
      Text(ClientEvent(event)),
      R"({"content":{"topic":"t"},"event_id":")" + id +
          R"(","origin_server_ts":1700000000000,"room_id":"!room:one","sender":"@a:one","state_key":"","type":"m.room.topic"})");
  const json::Object in_sync = ClientEvent(event, {.include_room_id = false});
  EXPECT_FALSE(in_sync.contains("room_id"));
}

TEST(ClientEventTest, FillsUnsigned) {
  const TestRoom room("12");
  const Event event = room.Make("m.room.topic", "", "@a:one", R"({"topic":"t"})").Redacted();
  const Event redaction = room.Make(kRoomRedaction, std::nullopt, "@m:one", R"({"redacts":"$x"})");
  const json::Object prev_content = {{"topic", "old"}};
  const json::Object relations = {{"m.thread", 1}};
  ClientEventOptions options;
  options.now_ms = event.origin_server_ts() + 250;
  options.transaction_id = "txn";
  options.membership = Membership::kJoin;
  options.replaces_state = "$old";
  options.prev_content = &prev_content;
  options.redacted_because = &redaction;
  options.relations = &relations;
  const json::Object client = ClientEvent(event, options);
  const json::Object& data = *json::GetObject(client, "unsigned");
  EXPECT_EQ(json::GetInt(data, "age"), 250);
  EXPECT_EQ(json::GetString(data, "transaction_id"), "txn");
  EXPECT_EQ(json::GetString(data, "membership"), "join");
  EXPECT_EQ(json::GetString(data, "replaces_state"), "$old");
  EXPECT_EQ(Text(*json::GetObject(data, "prev_content")), R"({"topic":"old"})");
  EXPECT_EQ(Text(*json::GetObject(data, "m.relations")), R"({"m.thread":1})");
  EXPECT_EQ(json::GetString(*json::GetObject(data, "redacted_because"), "event_id"), redaction.event_id());
}

TEST(ClientEventTest, PassesOfForeignUnsignedOnlyStrippedState) {
  const TestRoom room("12");
  const Event event =
      room.Make(kRoomMember, "@b:two", "@a:one", R"({"membership":"invite"})")
          .WithUnsigned({{"invite_room_state", json::Array()}, {"transaction_id", "forged"}, {"age", 1}})
          .value();
  EXPECT_EQ(Text(*json::GetObject(ClientEvent(event), "unsigned")), R"({"invite_room_state":[]})");
}

TEST(ClientEventTest, PutsRedactsInBothPlacesInEveryRoomVersion) {
  for (const std::string& version : AllVersions()) {
    const TestRoom room(version);
    EventTemplate wanted{room.room_id(), std::string(kRoomRedaction), std::nullopt, "@a:one", {{"reason", "r"}},
                         "$target",      room.NextEventId("one")};
    const EventPosition position{{"$x"}, {}, 1, 1, {TestRoom::kSomeHash}};
    const Event event = BuildEvent(room.version(), wanted, position, "one", room.key()).value();
    const json::Object client = ClientEvent(event);
    EXPECT_EQ(json::GetString(client, "redacts"), "$target") << version;
    EXPECT_EQ(Text(*json::GetObject(client, "content")), R"({"reason":"r","redacts":"$target"})") << version;
  }
}

TEST(ClientEventTest, StripsState) {
  const TestRoom room("12");
  const Event event = room.Make("m.room.name", "", "@a:one", R"({"name":"n"})");
  EXPECT_EQ(Text(StrippedStateEvent(event)),
            R"({"content":{"name":"n"},"sender":"@a:one","state_key":"","type":"m.room.name"})");
}

}  // namespace
}  // namespace plexus::matrix
