#include "common/matrix/redaction.h"

#include <gtest/gtest.h>

#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/matrix/every_room_version.h"

namespace plexus::matrix {
namespace {

std::string Kept(std::string_view type, std::string_view content, std::string_view version) {
  return json::Canonical(RedactContent(type, json::ParseObject(content).value(), *FindRoomVersion(version))).value();
}

// What the algorithm keeps from a room version on, until the next one that is listed.
struct Since {
  int version;
  std::string_view kept;
};

std::string_view In(const std::string& version, const std::vector<Since>& changes) {
  std::string_view kept;
  for (const Since& change : changes) {
    if (IsSince(change.version, version)) kept = change.kept;
  }
  return kept;
}

TEST(RedactionTest, KeepsOfContentWhatTheRoomVersionSays) {
  struct Case {
    std::string_view type, content;
    std::vector<Since> kept;
  };
  const Case cases[] = {
      {"m.room.message", R"({"body":"x"})", {{1, "{}"}}},
      {"m.room.member",
       R"({"membership":"join","displayname":"x","join_authorised_via_users_server":"@a:b","third_party_invite":{"display_name":"x","signed":{"token":"t"}}})",
       {{1, R"({"membership":"join"})"},
        {9, R"({"join_authorised_via_users_server":"@a:b","membership":"join"})"},
        {11,
         R"({"join_authorised_via_users_server":"@a:b","membership":"join","third_party_invite":{"signed":{"token":"t"}}})"}}},
      {"m.room.member", R"({"third_party_invite":{"display_name":"x"}})", {{1, "{}"}}},
      {"m.room.member", R"({"third_party_invite":7})", {{1, "{}"}}},
      {"m.room.create",
       R"({"creator":"@a:b","room_version":"10","x":1})",
       {{1, R"({"creator":"@a:b"})"}, {11, R"({"creator":"@a:b","room_version":"10","x":1})"}}},
      {"m.room.join_rules",
       R"({"join_rule":"restricted","allow":[],"x":1})",
       {{1, R"({"join_rule":"restricted"})"}, {8, R"({"allow":[],"join_rule":"restricted"})"}}},
      {"m.room.power_levels",
       R"({"ban":1,"events":{},"events_default":2,"invite":3,"kick":4,"notifications":{},"redact":5,"state_default":6,"users":{},"users_default":7})",
       {{1,
         R"({"ban":1,"events":{},"events_default":2,"kick":4,"redact":5,"state_default":6,"users":{},"users_default":7})"},
        {11,
         R"({"ban":1,"events":{},"events_default":2,"invite":3,"kick":4,"redact":5,"state_default":6,"users":{},"users_default":7})"}}},
      {"m.room.history_visibility",
       R"({"history_visibility":"joined","x":1})",
       {{1, R"({"history_visibility":"joined"})"}}},
      {"m.room.redaction", R"({"redacts":"$x","reason":"y"})", {{1, "{}"}, {11, R"({"redacts":"$x"})"}}},
      {"m.room.aliases", R"({"aliases":["#a:b"],"x":1})", {{1, R"({"aliases":["#a:b"]})"}, {6, "{}"}}},
  };
  for (const Case& test : cases) {
    for (const std::string& version : AllVersions()) {
      EXPECT_EQ(Kept(test.type, test.content, version), In(version, test.kept)) << test.type << " in " << version;
    }
  }
}

TEST(RedactionTest, KeepsOfTheEventWhatTheRoomVersionSays) {
  const json::Object pdu =
      json::ParseObject(
          R"({"event_id":"$e","type":"t","room_id":"!r","sender":"@s","state_key":"k","content":{"x":1},"hashes":{},
          "signatures":{},"depth":1,"prev_events":[],"auth_events":[],"origin_server_ts":2,"prev_state":[],
          "origin":"o","membership":"m","unsigned":{},"redacts":"$x","other":1})")
          .value();
  const std::vector<Since> kept = {
      {1,
       R"({"auth_events":[],"content":{},"depth":1,"event_id":"$e","hashes":{},"membership":"m","origin":"o","origin_server_ts":2,"prev_events":[],"prev_state":[],"room_id":"!r","sender":"@s","signatures":{},"state_key":"k","type":"t"})"},
      {11,
       R"({"auth_events":[],"content":{},"depth":1,"event_id":"$e","hashes":{},"origin_server_ts":2,"prev_events":[],"room_id":"!r","sender":"@s","signatures":{},"state_key":"k","type":"t"})"}};
  for (const std::string& version : AllVersions()) {
    EXPECT_EQ(json::Canonical(Redact(pdu, *FindRoomVersion(version))).value(), In(version, kept)) << version;
  }
}

}  // namespace
}  // namespace plexus::matrix
