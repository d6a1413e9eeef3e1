#include "services/sync/domain/pdu_text.h"

#include <gtest/gtest.h>

namespace plexus::sync {
namespace {

TEST(PduText, FindsMembersWhateverStandsInStrings) {
  constexpr char kPdu[] = R"({"a":"},{\"x\\","content":{"b":[1,{"c":"]"}],"d":{}},"n":-12,"z":null})";
  EXPECT_EQ(FindMember(kPdu, "a"), R"("},{\"x\\")");
  EXPECT_EQ(FindMember(kPdu, "content"), R"({"b":[1,{"c":"]"}],"d":{}})");
  EXPECT_EQ(FindMember(kPdu, "n"), "-12");
  EXPECT_EQ(FindMember(kPdu, "z"), "null");
  EXPECT_EQ(FindMember(kPdu, "d"), "");
  EXPECT_EQ(FindMember(FindMember(kPdu, "content"), "d"), "{}");
}

TEST(PduText, TakesWhatIsNoObjectForEmpty) {
  for (const char* text : {"", "{", "{}", "[]", "\"x\"", "{\"a\"", "{\"a\":", "{\"a\":\"", "{\"a\":{\""}) {
    EXPECT_EQ(FindMember(text, "b"), "") << text;
  }
}

TEST(PduText, LeavesFederationMembersOut) {
  EXPECT_EQ(ClientText(R"({"auth_events":[],"content":{"body":"x"},"depth":3,"hashes":{},"origin_server_ts":5,)"
                       R"("prev_events":[],"room_id":"!r","sender":"@a:b","signatures":{},"type":"m.room.message"})",
                       "$id"),
            R"({"origin_server_ts":5,"sender":"@a:b","type":"m.room.message","content":{"body":"x"},"event_id":"$id")");
}

TEST(PduText, RedactsStandsInBothPlaces) {
  const std::string old = ClientText(R"({"content":{"reason":"r"},"redacts":"$x","type":"m.room.redaction"})", "$1");
  EXPECT_EQ(old,
            R"({"type":"m.room.redaction","content":{"redacts":"$x","reason":"r"},"redacts":"$x","event_id":"$1")");
  const std::string recent = ClientText(R"({"content":{"redacts":"$x"},"type":"m.room.redaction"})", "$1");
  EXPECT_EQ(recent, R"({"type":"m.room.redaction","content":{"redacts":"$x"},"redacts":"$x","event_id":"$1")");
}

}  // namespace
}  // namespace plexus::sync
