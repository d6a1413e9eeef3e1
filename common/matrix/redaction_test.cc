#include "common/matrix/redaction.h"

#include <gtest/gtest.h>

#include "common/json/canonical.h"
#include "common/json/parse.h"

namespace plexus::matrix {
namespace {

std::string Kept(std::string_view type, std::string_view content, std::string_view version) {
  return json::Canonical(RedactContent(type, json::ParseObject(content).value(), *FindRoomVersion(version))).value();
}

TEST(RedactionTest, KeepsOfContentWhatTheRoomVersionSays) {
  struct Case {
    std::string_view type, content, in_10, since_11;
  };
  const Case cases[] = {
      {"m.room.message", R"({"body":"x"})", "{}", "{}"},
      {"m.room.member",
       R"({"membership":"join","displayname":"x","join_authorised_via_users_server":"@a:b","third_party_invite":{"display_name":"x","signed":{"token":"t"}}})",
       R"({"join_authorised_via_users_server":"@a:b","membership":"join"})",
       R"({"join_authorised_via_users_server":"@a:b","membership":"join","third_party_invite":{"signed":{"token":"t"}}})"},
      {"m.room.member", R"({"third_party_invite":{"display_name":"x"}})", "{}", "{}"},
      {"m.room.member", R"({"third_party_invite":7})", "{}", "{}"},
      {"m.room.create", R"({"creator":"@a:b","room_version":"10","x":1})", R"({"creator":"@a:b"})",
       R"({"creator":"@a:b","room_version":"10","x":1})"},
      {"m.room.join_rules", R"({"join_rule":"restricted","allow":[],"x":1})",
       R"({"allow":[],"join_rule":"restricted"})", R"({"allow":[],"join_rule":"restricted"})"},
      {"m.room.power_levels",
       R"({"ban":1,"events":{},"events_default":2,"invite":3,"kick":4,"notifications":{},"redact":5,"state_default":6,"users":{},"users_default":7})",
       R"({"ban":1,"events":{},"events_default":2,"kick":4,"redact":5,"state_default":6,"users":{},"users_default":7})",
       R"({"ban":1,"events":{},"events_default":2,"invite":3,"kick":4,"redact":5,"state_default":6,"users":{},"users_default":7})"},
      {"m.room.history_visibility", R"({"history_visibility":"joined","x":1})", R"({"history_visibility":"joined"})",
       R"({"history_visibility":"joined"})"},
      {"m.room.redaction", R"({"redacts":"$x","reason":"y"})", "{}", R"({"redacts":"$x"})"},
      {"m.room.aliases", R"({"aliases":[]})", "{}", "{}"},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(Kept(test.type, test.content, "10"), test.in_10) << test.type;
    EXPECT_EQ(Kept(test.type, test.content, "11"), test.since_11) << test.type;
    EXPECT_EQ(Kept(test.type, test.content, "12"), test.since_11) << test.type;
  }
}

TEST(RedactionTest, KeepsOfTheEventWhatTheRoomVersionSays) {
  const json::Object pdu =
      json::ParseObject(
          R"({"event_id":"$e","type":"t","room_id":"!r","sender":"@s","state_key":"k","content":{"x":1},"hashes":{},
          "signatures":{},"depth":1,"prev_events":[],"auth_events":[],"origin_server_ts":2,"prev_state":[],
          "origin":"o","membership":"m","unsigned":{},"redacts":"$x","other":1})")
          .value();
  EXPECT_EQ(
      json::Canonical(Redact(pdu, *FindRoomVersion("10"))).value(),
      R"({"auth_events":[],"content":{},"depth":1,"event_id":"$e","hashes":{},"membership":"m","origin":"o","origin_server_ts":2,"prev_events":[],"prev_state":[],"room_id":"!r","sender":"@s","signatures":{},"state_key":"k","type":"t"})");
  const std::string_view since_11 =
      R"({"auth_events":[],"content":{},"depth":1,"event_id":"$e","hashes":{},"origin_server_ts":2,"prev_events":[],"room_id":"!r","sender":"@s","signatures":{},"state_key":"k","type":"t"})";
  EXPECT_EQ(json::Canonical(Redact(pdu, *FindRoomVersion("11"))).value(), since_11);
  EXPECT_EQ(json::Canonical(Redact(pdu, *FindRoomVersion("12"))).value(), since_11);
}

}  // namespace
}  // namespace plexus::matrix
