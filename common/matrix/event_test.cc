#include "common/matrix/event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/monotonic_resource.hpp>
#include <fstream>
#include <limits>
#include <sstream>

#include "common/base/matrix_error.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/matrix/base64.h"
#include "common/matrix/event_hash.h"
#include "common/matrix/every_room_version.h"
#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

std::string ErrcodeOf(const absl::Status& status) { return status.ok() ? "" : FromStatus(status).errcode; }

class EventTest : public testing::TestWithParam<std::string> {
 protected:
  EventTest() : room_(GetParam()) {}
  const RoomVersion& version() { return room_.version(); }
  bool IsSince(int first) const { return matrix::IsSince(first, GetParam()); }
  // A reference to the event "$x" as events cite it, `count` times.
  json::Array References(size_t count) const {
    return json::Array(count, IsSince(3) ? json::Value("$x") : json::Value(json::Array({"$x", json::Object()})));
  }
  json::Object Message() {
    return room_.Make("m.room.message", std::nullopt, "@a:one", R"({"body":"hi","n":1})").json();
  }
  // What parsing says of a message whose member `key` is `value` (absent if undefined).
  std::string Complaint(std::string_view key, std::optional<json::Value> value) {
    json::Object pdu = Message();
    if (value)
      pdu[key] = *value;
    else
      pdu.erase(key);
    return ErrcodeOf(Event::Parse(pdu, version()).status());
  }
  TestRoom room_;
};

PLEXUS_IN_EVERY_ROOM_VERSION(EventTest);

TEST_P(EventTest, BuiltEventsReadBackTheSame) {
  const Event built = room_.Make("m.room.topic", "", "@a:one", R"({"topic":"t","nested":{"b":1,"a":[true,null]}})");
  const Event parsed = Event::Parse(built.json_text(), version()).value();
  EXPECT_EQ(parsed.event_id(), built.event_id());
  EXPECT_EQ(parsed.json_text(), built.json_text());
  EXPECT_EQ(parsed.json_text(), json::Canonical(built.json()).value());
  EXPECT_EQ(parsed.room_id(), room_.room_id());
  EXPECT_EQ(parsed.type(), "m.room.topic");
  EXPECT_EQ(parsed.sender(), "@a:one");
  EXPECT_EQ(parsed.state_key(), "");
  EXPECT_TRUE(parsed.IsState("m.room.topic", ""));
  EXPECT_EQ(parsed.depth(), 5);
  EXPECT_EQ(parsed.origin_server_ts(), 1'700'000'000'000);
  ASSERT_EQ(parsed.prev_events().size(), 1u);
  EXPECT_EQ(parsed.prev_events()[0], "$previous");
  EXPECT_TRUE(parsed.auth_events().empty());
  EXPECT_EQ(json::GetString(parsed.content(), "topic"), "t");
}

TEST_P(EventTest, TheEventIdIsTheReferenceHashFromRoomVersion3On) {
  const Event event = room_.Make("m.room.message", std::nullopt, "@a:one", R"({"body":"hi"})");
  const std::string hash = ReferenceHash(event.json(), version()).value();
  EXPECT_EQ(hash.size(), 32u);
  if (IsSince(4)) {
    EXPECT_EQ(event.event_id(), "$" + Base64UrlEncode(hash));
  } else if (IsSince(3)) {
    EXPECT_EQ(event.event_id(), "$" + Base64Encode(hash));
  } else {
    EXPECT_EQ(event.event_id(), *json::GetString(event.json(), "event_id"));
  }
  EXPECT_EQ(event.json().contains("event_id"), !IsSince(3));
}

TEST_P(EventTest, HashesAndSignaturesOfBuiltEventsHold) {
  const Event event = room_.Make("m.room.message", std::nullopt, "@a:one", R"({"body":"hi"})");
  const SigningKey& key = room_.key();
  EXPECT_TRUE(ContentHashMatches(event));
  EXPECT_TRUE(VerifyEventSignature(event, "one", key.key_id(), key.public_key()).ok());
  EXPECT_FALSE(VerifyEventSignature(event, "two", key.key_id(), key.public_key()).ok());
  EXPECT_FALSE(VerifyEventSignature(event, "one", key.key_id(), SigningKey::Generate().public_key()).ok());

  json::Object changed = event.json();
  changed["content"].get_object()["body"] = "something else";
  const Event forged = Event::Parse(changed, version()).value();
  EXPECT_FALSE(ContentHashMatches(forged));
  EXPECT_TRUE(VerifyEventSignature(forged, "one", key.key_id(), key.public_key()).ok()) << "covers what is essential";
  changed["depth"] = 6;
  EXPECT_FALSE(
      VerifyEventSignature(Event::Parse(changed, version()).value(), "one", key.key_id(), key.public_key()).ok());
}

TEST_P(EventTest, BuildingDoesWhatHashAndSignDoes) {
  const Event built = room_.Make("m.room.member", "@a:one", "@a:one", R"({"membership":"join","displayname":"A"})");
  json::Object pdu = built.json();
  pdu.erase("hashes");
  pdu.erase("signatures");
  ASSERT_TRUE(HashAndSign(pdu, version(), "one", room_.key()).ok());
  EXPECT_EQ(json::Canonical(pdu).value(), built.json_text());
}

TEST_P(EventTest, RefusesMissingAndMistypedMembers) {
  for (std::string_view key : {"type", "sender", "content", "depth", "origin_server_ts", "prev_events", "auth_events",
                               "room_id", "hashes", "signatures"}) {
    EXPECT_EQ(Complaint(key, std::nullopt), "M_BAD_JSON") << key;
    EXPECT_EQ(Complaint(key, true), "M_BAD_JSON") << key;
  }
  EXPECT_EQ(Complaint("state_key", 1), "M_BAD_JSON");
  EXPECT_EQ(Complaint("unsigned", 1), "M_BAD_JSON");
  EXPECT_EQ(Complaint("sender", "alice"), "M_BAD_JSON");
  EXPECT_EQ(Complaint("room_id", "room"), "M_BAD_JSON");
  EXPECT_EQ(Complaint("depth", -1), "M_BAD_JSON");
  EXPECT_EQ(Complaint("depth", json::kMaxCanonicalInt), "");
  EXPECT_EQ(Complaint("depth", json::kMaxCanonicalInt + 1), IsSince(6) ? "M_BAD_JSON" : "");
  EXPECT_EQ(Complaint("depth", uint64_t{1} << 63), "M_BAD_JSON");
  EXPECT_EQ(Complaint("prev_events", References(20)), "");
  EXPECT_EQ(Complaint("prev_events", References(21)), "M_BAD_JSON");
  EXPECT_EQ(Complaint("auth_events", References(10)), "");
  EXPECT_EQ(Complaint("auth_events", References(11)), "M_BAD_JSON");
  EXPECT_EQ(Complaint("auth_events", json::Array(1, 7)), "M_BAD_JSON");
  EXPECT_EQ(Complaint("type", json::Value(std::string_view("a\0", 2))), "M_BAD_JSON");
  EXPECT_EQ(ErrcodeOf(Event::Parse("{", version()).status()), "M_NOT_JSON");
}

TEST_P(EventTest, NamesOtherEventsAsTheRoomVersionDoes) {
  EXPECT_EQ(Complaint("prev_events", json::Array({"$x"})), IsSince(3) ? "" : "M_BAD_JSON");
  EXPECT_EQ(Complaint("prev_events", json::Parse(R"([["$x",{"sha256":"h"}]])").value()),
            IsSince(3) ? "M_BAD_JSON" : "");
  for (std::string_view malformed : {R"([["$x"]])", R"([["$x","h"]])", R"([[1,{}]])", R"([["$x",{},{}]])", "[{}]"}) {
    EXPECT_EQ(Complaint("prev_events", json::Parse(malformed).value()), "M_BAD_JSON") << malformed;
  }
}

TEST_P(EventTest, WantsAnIdWithADomainWhereIdsAreChosen) {
  for (const json::Value& id : {json::Value("$x"), json::Value("x:one"), json::Value(1), json::Value("$x:o ne"),
                                json::Value("$" + std::string(kMaxIdBytes, 'x') + ":one")}) {
    EXPECT_EQ(Complaint("event_id", id), IsSince(3) ? "" : "M_BAD_JSON") << json::Serialize(id);
  }
  EXPECT_EQ(Complaint("event_id", std::nullopt), IsSince(3) ? "" : "M_BAD_JSON");
  EXPECT_EQ(Complaint("event_id", "$x:one"), "");
}

TEST_P(EventTest, KeepsLooseNumbersUntilRoomVersion5) {
  json::Object pdu = Message();
  pdu["content"] = json::Object({{"float", 50.57}, {"large", int64_t{1} << 60}, {"whole", 2.0}});
  const absl::StatusOr<Event> event = Event::Parse(pdu, version());
  EXPECT_EQ(event.ok(), !IsSince(6));
  if (!event.ok()) return;
  EXPECT_THAT(event->json_text(), testing::HasSubstr(R"({"float":50.57,"large":1152921504606846976,"whole":2.0})"));
  EXPECT_EQ(Event::Parse(event->json_text(), version())->event_id(), event->event_id());
  // Seventeen digits, of which none may change.
  std::string text(event->json_text());
  text.replace(text.find("50.57"), 5, "0.30000000000000004");
  EXPECT_THAT(Event::Parse(text, version())->json_text(), testing::HasSubstr(R"("float":0.30000000000000004,)"));
}

TEST_P(EventTest, NeverBuildsLooseNumbers) {
  EventTemplate wanted{room_.room_id(),         "t", std::nullopt, "@a:one", {{"x", 1.5}}, std::nullopt,
                       room_.NextEventId("one")};
  const EventPosition position{{"$x"}, {}, 1, 1, {TestRoom::kSomeHash}};
  EXPECT_EQ(ErrcodeOf(BuildEvent(version(), wanted, position, "one", room_.key()).status()), "M_BAD_JSON");
}

TEST_P(EventTest, DepthEndsAtTheRoomVersionsLargest) {
  EventTemplate wanted{room_.room_id(), "t", std::nullopt, "@a:one", {}, std::nullopt, room_.NextEventId("one")};
  const EventPosition position{{"$x"}, {}, std::numeric_limits<int64_t>::max(), 1, {TestRoom::kSomeHash}};
  const Event event = BuildEvent(version(), wanted, position, "one", room_.key()).value();
  EXPECT_EQ(event.depth(), IsSince(6) ? json::kMaxCanonicalInt : std::numeric_limits<int64_t>::max());
  EXPECT_EQ(Event::Parse(event.json_text(), version())->depth(), event.depth());
}

TEST_P(EventTest, CitesHashesWhereTheRoomVersionWantsThem) {
  EventTemplate wanted{room_.room_id(), "t", std::nullopt, "@a:one", {}, std::nullopt, room_.NextEventId("one")};
  const EventPosition lacking{{"$x"}, {"$y"}, 1, 1, {TestRoom::kSomeHash}, {}};
  EXPECT_EQ(BuildEvent(version(), wanted, lacking, "one", room_.key()).ok(), IsSince(3));
  const EventPosition position{{"$x"}, {"$y"}, 1, 1, {TestRoom::kSomeHash}, {TestRoom::kSomeHash}};
  const Event event = BuildEvent(version(), wanted, position, "one", room_.key()).value();
  EXPECT_EQ(event.prev_events()[0], "$x");
  EXPECT_EQ(event.auth_events()[0], "$y");
  if (IsSince(3)) return;
  EXPECT_EQ(json::Serialize(*json::Find(event.json(), "prev_events")),
            R"([["$x",{"sha256":")" + Base64Encode(TestRoom::kSomeHash) + R"("}]])");
}

TEST_P(EventTest, RefusesFloatsAnywhereFromRoomVersion6On) {
  EXPECT_EQ(Complaint("content", json::Object({{"x", 1.0}})), IsSince(6) ? "M_BAD_JSON" : "");
  EXPECT_EQ(Complaint("unsigned", json::Object({{"x", 0.5}})), IsSince(6) ? "M_BAD_JSON" : "");
  EXPECT_EQ(ErrcodeOf(ValidateContent({{"x", 1.5}})), "M_BAD_JSON");
  EXPECT_EQ(ErrcodeOf(ValidateContent({{"x", json::kMaxCanonicalInt + 1}})), "M_BAD_JSON");
  EXPECT_EQ(ErrcodeOf(ValidateContent({{"x", 1}})), "");
}

TEST_P(EventTest, LimitsTheWholeTo65536Bytes) {
  auto with_body = [&](size_t size) {
    json::Object pdu = Message();
    pdu["content"].get_object()["body"] = std::string(size, 'x');
    return Event::Parse(pdu, version());
  };
  const size_t overhead = with_body(0).value().json_text().size();
  EXPECT_EQ(with_body(kMaxPduBytes - overhead)->json_text().size(), kMaxPduBytes);
  const absl::Status too_large = with_body(kMaxPduBytes - overhead + 1).status();
  EXPECT_EQ(ErrcodeOf(too_large), "M_TOO_LARGE");
  EXPECT_EQ(FromStatus(too_large).http_status, 413);
}

TEST_P(EventTest, LimitsKeysTo255Bytes) {
  const std::string fits(kMaxPduKeyBytes, 'x');
  EXPECT_EQ(Complaint("type", json::Value(fits)), "");
  EXPECT_EQ(Complaint("type", json::Value(fits + "x")), "M_TOO_LARGE");
  EXPECT_EQ(Complaint("state_key", json::Value(fits)), "");
  EXPECT_EQ(Complaint("state_key", json::Value(fits + "x")), "M_TOO_LARGE");
  EXPECT_EQ(Complaint("sender", json::Value("@" + fits + ":one")), "M_TOO_LARGE");
  EXPECT_EQ(Complaint("room_id", json::Value("!" + fits + ":one")), "M_TOO_LARGE");
}

TEST_P(EventTest, StoredEventsReadBackAsTheyWere) {
  const Event event = room_.Make("m.room.topic", "", "@a:one", R"({"topic":"t"})").Redacted();
  const Event stored =
      Event::FromStored(std::string(event.json_text()), std::string(event.event_id()), version()).value();
  EXPECT_EQ(stored.event_id(), event.event_id());
  EXPECT_EQ(stored.room_id(), event.room_id());
  EXPECT_EQ(stored.json_text(), event.json_text());
  EXPECT_TRUE(absl::IsInternal(Event::FromStored("{", "$x", version()).status()));
}

TEST_P(EventTest, RedactionKeepsTheIdAndTheSignature) {
  const Event event = room_.Make("m.room.message", std::nullopt, "@a:one", R"({"body":"secret"})");
  const Event redacted = event.Redacted();
  EXPECT_EQ(redacted.event_id(), event.event_id());
  EXPECT_EQ(Event::Parse(redacted.json_text(), version())->event_id(), event.event_id());
  EXPECT_TRUE(redacted.content().empty());
  EXPECT_TRUE(VerifyEventSignature(redacted, "one", room_.key().key_id(), room_.key().public_key()).ok());
  EXPECT_EQ(room_.create().Redacted().room_id(), room_.room_id());
}

TEST_P(EventTest, TakesFurtherSignatures) {
  const SigningKey other = SigningKey::Generate();
  const Event event = room_.Make("m.room.message", std::nullopt, "@a:one", "{}");
  const Event both = AddSignature(event, "two", other).value();
  EXPECT_EQ(both.event_id(), event.event_id());
  EXPECT_TRUE(VerifyEventSignature(both, "one", room_.key().key_id(), room_.key().public_key()).ok());
  EXPECT_TRUE(VerifyEventSignature(both, "two", other.key_id(), other.public_key()).ok());
  EXPECT_EQ(Event::Parse(both.json_text(), version())->json_text(), both.json_text());
}

TEST_P(EventTest, UnsignedDataIsOutsideOfTheId) {
  const Event event = room_.Make("m.room.message", std::nullopt, "@a:one", "{}");
  const Event with = event.WithUnsigned({{"age", 5}}).value();
  EXPECT_EQ(json::GetInt(*with.unsigned_data(), "age"), 5);
  EXPECT_EQ(Event::Parse(with.json_text(), version())->event_id(), event.event_id());
  EXPECT_TRUE(ContentHashMatches(with));
}

TEST_P(EventTest, RedactsStandsWhereTheRoomVersionPutsIt) {
  EventTemplate wanted{room_.room_id(), std::string(kRoomRedaction), std::nullopt, "@a:one", {},
                       "$target",       room_.NextEventId("one")};
  const EventPosition position{{"$x"}, {}, 1, 1, {TestRoom::kSomeHash}};
  const Event event = BuildEvent(version(), wanted, position, "one", room_.key()).value();
  EXPECT_EQ(event.redacts(), "$target");
  EXPECT_EQ(event.json().contains("redacts"), !IsSince(11));
  EXPECT_EQ(event.content().contains("redacts"), IsSince(11));
  EXPECT_EQ(event.Redacted().redacts().has_value(), IsSince(11));
}

TEST_P(EventTest, OutlivesTheMemoryThatItWasParsedIn) {
  std::optional<Event> event;
  {
    boost::json::monotonic_resource memory;
    json::Object pdu(Message(), json::Storage(&memory));
    event = Event::Parse(std::move(pdu), version()).value();
  }
  EXPECT_EQ(json::GetString(event->content(), "body"), "hi");
}

TEST(EventFormatTest, ReadsTheSpecificationsPdusInTheirRoomVersionsOnly) {
  std::ifstream file("tests/vectors/pdus.json");
  std::stringstream text;
  text << file.rdbuf();
  const json::Value vectors = json::Parse(text.str()).value();
  ASSERT_EQ(vectors.get_array().size(), 5u);
  for (const json::Value& vector : vectors.get_array()) {
    const json::Object& pdu = *json::GetObject(vector.get_object(), "pdu");
    const bool chosen = pdu.contains("event_id");
    for (const std::string& version : AllVersions()) {
      const absl::StatusOr<Event> event = Event::Parse(pdu, *FindRoomVersion(version));
      EXPECT_EQ(event.ok(), chosen != IsSince(3, version)) << version << json::Serialize(pdu);
      if (!event.ok()) continue;
      EXPECT_EQ(event->depth(), 12);
      EXPECT_EQ(event->origin_server_ts(), 1'404'838'188'000);
      EXPECT_EQ(event->auth_events(), event->prev_events());
      EXPECT_EQ(event->auth_events().size(), chosen ? 1u : 2u);
    }
  }
}

TEST(EventRoomIdTest, TheCreateEventIsTheRoomIdFromRoomVersion12On) {
  const TestRoom room("12");
  EXPECT_FALSE(room.create().json().contains("room_id"));
  EXPECT_EQ(room.room_id(), "!" + std::string(room.create().event_id().substr(1)));
  EXPECT_TRUE(IsDomainlessRoomId(room.room_id()));
  EXPECT_EQ(TestRoom("11").room_id(), "!room:one");
}

}  // namespace
}  // namespace plexus::matrix
