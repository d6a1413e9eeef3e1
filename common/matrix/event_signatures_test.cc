#include "common/matrix/event_signatures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "common/matrix/event_builder.h"
#include "common/matrix/every_room_version.h"
#include "common/matrix/signing.h"
#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int64_t kNow = 1'800'000'000'000;
constexpr int64_t kEventTime = 1'700'000'000'000;  // of TestRoom's events

class EventSignaturesTest : public testing::TestWithParam<std::string> {
 protected:
  EventSignaturesTest() : room_(GetParam()) { Know("one", room_.key(), {.valid_until_ts = kNow}); }
  bool IsSince(int first) const { return matrix::IsSince(first, GetParam()); }
  void Know(std::string server, const SigningKey& key, VerifyKey known) {
    known.public_key = std::string(key.public_key());
    keys_[{std::move(server), key.key_id()}] = known;
  }
  std::string Verdict(const Event& event, std::vector<std::string> servers, int64_t now = kNow) {
    auto find = [&](std::string_view server, std::string_view key_id) -> std::optional<VerifyKey> {
      auto found = keys_.find({std::string(server), std::string(key_id)});
      return found == keys_.end() ? std::nullopt : std::optional(found->second);
    };
    return std::string(VerifySignatures(event, servers, find, now).message());
  }
  Event Message() { return room_.Make(kRoomMessage, std::nullopt, "@a:one", "{}"); }

  TestRoom room_;
  std::map<std::pair<std::string, std::string>, VerifyKey> keys_;
};

PLEXUS_IN_EVERY_ROOM_VERSION(EventSignaturesTest);

TEST_P(EventSignaturesTest, TheSendersServerSigns) {
  EXPECT_THAT(RequiredSignersOf(Message()).to_accept, ElementsAre("one"));
  EXPECT_EQ(RequiredSignersOf(Message()).to_authorise, std::nullopt);
}

TEST_P(EventSignaturesTest, TheServerThatTheEventIdNamesSignsUntilRoomVersion2) {
  EventTemplate wanted{room_.room_id(), "t", std::nullopt, "@a:one", {}, std::nullopt, "$x:two"};
  if (IsSince(3)) wanted.event_id = "";
  const EventPosition position{{"$x"}, {}, 1, 1, {TestRoom::kSomeHash}};
  const Event event = BuildEvent(room_.version(), wanted, position, "one", room_.key()).value();
  if (IsSince(3)) {
    EXPECT_THAT(RequiredSignersOf(event).to_accept, ElementsAre("one"));
  } else {
    EXPECT_THAT(RequiredSignersOf(event).to_accept, ElementsAre("one", "two"));
  }
}

TEST_P(EventSignaturesTest, AnybodySignsThirdPartyInvites) {
  const Event invite =
      room_.Make(kRoomMember, "@b:two", "@a:one", R"({"membership":"invite","third_party_invite":{"signed":{}}})");
  if (IsSince(3)) {
    EXPECT_THAT(RequiredSignersOf(invite).to_accept, IsEmpty());
  } else {
    EXPECT_THAT(RequiredSignersOf(invite).to_accept, ElementsAre("one")) << "who the event id names";
  }
  const Event join = room_.Make(kRoomMember, "@a:one", "@a:one", R"({"membership":"join","third_party_invite":{}})");
  EXPECT_THAT(RequiredSignersOf(join).to_accept, ElementsAre("one"));
  const Event invite_without = room_.Member("@a:one", "@b:two", "invite");
  EXPECT_THAT(RequiredSignersOf(invite_without).to_accept, ElementsAre("one"));
}

TEST_P(EventSignaturesTest, WhoeverLetsAUserInSignsFromRoomVersion8On) {
  auto authoriser = [&](std::string_view content) {
    return RequiredSignersOf(room_.Make(kRoomMember, "@a:one", "@a:one", content)).to_authorise;
  };
  const std::optional<std::string> expected = IsSince(8) ? std::optional<std::string>("two") : std::nullopt;
  EXPECT_EQ(authoriser(R"({"membership":"join","join_authorised_via_users_server":"@b:two"})"), expected);
  EXPECT_EQ(authoriser(R"({"membership":"join","join_authorised_via_users_server":"two"})"), std::nullopt);
  EXPECT_EQ(authoriser(R"({"membership":"join"})"), std::nullopt);
}

TEST_P(EventSignaturesTest, BelievesKnownKeysOnly) {
  EXPECT_EQ(Verdict(Message(), {"one"}), "");
  EXPECT_EQ(Verdict(Message(), {}), "");
  EXPECT_EQ(Verdict(Message(), {"two"}), "The event is not signed by two");
  keys_.clear();
  EXPECT_EQ(Verdict(Message(), {"one"}), "The event has no valid signature by one");
}

TEST_P(EventSignaturesTest, RefusesWrongSignatures) {
  json::Object pdu = Message().json();
  pdu["depth"] = 6;
  EXPECT_EQ(Verdict(Event::Parse(pdu, room_.version()).value(), {"one"}), "The event's signature by one is wrong");
  pdu = Message().json();
  pdu["signatures"].at("one").get_object()["ed25519:1"] = "not base64!";
  EXPECT_EQ(Verdict(Event::Parse(pdu, room_.version()).value(), {"one"}), "The event's signature by one is wrong");
}

TEST_P(EventSignaturesTest, IgnoresSignaturesByUnknownKeysBesideAGoodOne) {
  const SigningKey unknown = SigningKey::Generate();
  EXPECT_EQ(Verdict(AddSignature(Message(), "one", unknown).value(), {"one"}), "");
  // Once it is known, it must hold.
  json::Object pdu = AddSignature(Message(), "one", unknown).value().json();
  pdu["signatures"].at("one").get_object()[unknown.key_id()] = std::string(86, 'A');
  const Event forged = Event::Parse(pdu, room_.version()).value();
  EXPECT_EQ(Verdict(forged, {"one"}), "");
  Know("one", unknown, {.valid_until_ts = kNow});
  EXPECT_EQ(Verdict(forged, {"one"}), "The event's signature by one is wrong");
}

TEST_P(EventSignaturesTest, RespectsTheValidityOfKeysFromRoomVersion5On) {
  const std::string expired = "The event has no valid signature by one";
  Know("one", room_.key(), {.valid_until_ts = kEventTime});
  EXPECT_EQ(Verdict(Message(), {"one"}), "");
  Know("one", room_.key(), {.valid_until_ts = kEventTime - 1});
  EXPECT_EQ(Verdict(Message(), {"one"}), IsSince(5) ? expired : "");
  // A key that claims to be valid for ever is believed for seven days.
  Know("one", room_.key(), {.valid_until_ts = kEventTime + kNow});
  constexpr int64_t kWeek = int64_t{7} * 24 * 60 * 60 * 1000;
  EXPECT_EQ(Verdict(Message(), {"one"}, kEventTime - kWeek), "");
  EXPECT_EQ(Verdict(Message(), {"one"}, kEventTime - kWeek - 1), IsSince(5) ? expired : "");
}

TEST_P(EventSignaturesTest, IgnoresKeysThatHadExpired) {
  Know("one", room_.key(), {.expired_ts = kEventTime});
  EXPECT_EQ(Verdict(Message(), {"one"}), "");
  Know("one", room_.key(), {.expired_ts = kEventTime - 1});
  EXPECT_EQ(Verdict(Message(), {"one"}), "The event has no valid signature by one");
}

TEST_P(EventSignaturesTest, RefusesMoreSignaturesThanAnybodyNeeds) {
  json::Object pdu = Message().json();
  json::Object& signatures = pdu["signatures"].at("one").get_object();
  while (signatures.size() < kMaxSignaturesOfServer) signatures["ed25519:x" + std::to_string(signatures.size())] = "AA";
  EXPECT_EQ(Verdict(Event::Parse(pdu, room_.version()).value(), {"one"}), "");
  signatures["ed25519:one_more"] = "AA";
  EXPECT_EQ(Verdict(Event::Parse(pdu, room_.version()).value(), {"one"}), "The event bears too many signatures");
}

}  // namespace
}  // namespace plexus::matrix
