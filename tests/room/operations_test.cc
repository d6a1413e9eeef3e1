// Creating rooms, memberships, aliases, markers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "tests/room/room_fixture.h"

namespace plexus::room::testing {
namespace {

constexpr char kPrivate[] = R"({"preset":"private_chat"})";

template <typename Request>
Request Moderating(const std::string& room_id, const std::string& user_id, const std::string& reason = "") {
  json::Object body{{"user_id", user_id}};
  if (!reason.empty()) body["reason"] = reason;
  Request request;
  request.set_room_id(room_id);
  request.set_body_json(json::Serialize(body));
  return request;
}

class CreateRoomIn : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(CreateRoomIn, EveryVersionAndPresetStoresTheWholeRoom) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const auto& [version, preset] = GetParam();
  const std::string room = rooms.CreateRoom(
      kAlice, absl::StrCat(R"({"room_version":")", version, R"(","preset":")", preset,
                           R"(","name":"Name","topic":"Topic","invite":["@bob:example.org"],"is_direct":true})"));
  EXPECT_EQ(json::GetString(rooms.State(room, kAlice, "m.room.create").json(), "room_version"), version);
  EXPECT_EQ(json::GetString(rooms.State(room, kAlice, "m.room.name").json(), "name"), "Name");
  EXPECT_EQ(rooms.MembershipOf(room, kAlice, kAlice), "join");
  EXPECT_EQ(json::GetBool(rooms.State(room, kAlice, "m.room.member", kBob).json(), "is_direct"), true);
  EXPECT_EQ(rooms.Join(room, kBob).errcode, "");
}

INSTANTIATE_TEST_SUITE_P(All, CreateRoomIn,
                         ::testing::Combine(::testing::Values("3", "6", "9", "10", "11", "12"),
                                            ::testing::Values("private_chat", "trusted_private_chat", "public_chat")));

TEST(CreateRoom, TakesAnAliasOnce) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string body = R"({"room_alias_name":"pub","preset":"public_chat","visibility":"public"})";
  const std::string room = rooms.CreateRoom(kAlice, body);
  EXPECT_EQ(json::GetString(rooms.State(room, kAlice, "m.room.canonical_alias").json(), "alias"), "#pub:example.org");
  v1::CreateRoomRequest again;
  again.set_body_json(body);
  EXPECT_EQ(rooms.Ask(Rooms::CreateRoom, kBob, again).errcode, "M_ROOM_IN_USE");
  v1::GetRoomVisibilityRequest visibility;
  visibility.set_room_id(room);
  EXPECT_EQ(rooms.AskAnybody(Rooms::GetRoomVisibility, visibility).text, R"({"visibility":"public"})");
}

TEST(CreateRoom, RepeatedByARouterMakesOneRoom) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string body = R"({"room_alias_name":"once","preset":"public_chat"})";
  rooms.request_id = "request-1";
  const std::string first = rooms.CreateRoom(kAlice, body);
  EXPECT_EQ(rooms.CreateRoom(kAlice, body), first);
  EXPECT_NE(rooms.CreateRoom(kBob), first) << "a request of somebody else";
  rooms.request_id = "request-2";
  EXPECT_NE(rooms.CreateRoom(kAlice), first);
}

TEST(CreateRoom, CallsStateThatTheRulesRefuseInvalid) {
  PLEXUS_ROOM_FIXTURE(rooms);
  v1::CreateRoomRequest request;
  request.set_body_json(
      R"({"room_version":"11","name":"N","power_level_content_override":{"users":{"@alice:example.org":0}}})");
  const Answer answer = rooms.Ask(Rooms::CreateRoom, kAlice, request);
  EXPECT_EQ(answer.errcode, "M_INVALID_ROOM_STATE");
  EXPECT_EQ(answer.http_status, 400);
}

TEST(JoinRoom, PutsTheProfileIntoTheMemberEvent) {
  PLEXUS_ROOM_FIXTURE(rooms);
  rooms.profiles[kBob] = "Bob";
  const std::string room = rooms.CreateRoom(kAlice);
  EXPECT_EQ(json::GetString(rooms.Join(room, kBob).json(), "room_id"), room);
  EXPECT_EQ(json::GetString(rooms.State(room, kAlice, "m.room.member", kBob).json(), "displayname"), "Bob");
}

TEST(JoinRoom, OfWhoIsJoinedChangesNothing) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  rooms.profiles[kBob] = "Bob";
  rooms.Join(room, kBob);
  rooms.profiles[kBob] = "Another name";
  EXPECT_EQ(rooms.Join(room, kBob).errcode, "");
  EXPECT_EQ(json::GetString(rooms.State(room, kAlice, "m.room.member", kBob).json(), "displayname"), "Bob");
}

TEST(JoinRoom, FollowsAliasesAndKnowsWhatIsUnknown) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice, R"({"room_alias_name":"pub","preset":"public_chat"})");
  EXPECT_EQ(json::GetString(rooms.Join("#pub:example.org", kBob).json(), "room_id"), room);
  EXPECT_EQ(rooms.Join("#none:example.org", kBob).errcode, "M_NOT_FOUND");
  EXPECT_EQ(rooms.Join("!none:example.org", kBob).errcode, "M_NOT_FOUND");
  EXPECT_EQ(rooms.Join("none", kBob).errcode, "M_INVALID_PARAM");
}

TEST(JoinRoom, OfAPrivateRoomNeedsAnInvitation) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice, kPrivate);
  EXPECT_EQ(rooms.Join(room, kBob).errcode, "M_FORBIDDEN");
  const auto invite = Moderating<v1::InviteUserRequest>(room, kBob);
  EXPECT_EQ(rooms.Ask(Rooms::InviteUser, kAlice, invite).text, "{}");
  EXPECT_EQ(rooms.Join(room, kBob).errcode, "");
  EXPECT_EQ(rooms.Ask(Rooms::InviteUser, kAlice, invite).errcode, "M_FORBIDDEN");
}

TEST(JoinRoom, OfARestrictedRoomNeedsMembershipElsewhere) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string lobby = rooms.CreateRoom(kAlice);
  const std::string room = rooms.CreateRoom(
      kAlice, absl::StrCat(R"({"initial_state":[{"type":"m.room.join_rules","content":{"join_rule":"restricted",
          "allow":[{"type":"m.room_membership","room_id":")",
                           lobby, R"("}]}}]})"));
  EXPECT_EQ(rooms.Join(room, kBob).errcode, "M_FORBIDDEN");
  rooms.Join(lobby, kBob);
  const Answer joined = rooms.Join(room, kBob);
  EXPECT_EQ(joined.errcode, "") << joined.text;
  EXPECT_EQ(
      json::GetString(rooms.State(room, kAlice, "m.room.member", kBob).json(), "join_authorised_via_users_server"),
      kAlice);
}

TEST(LeaveRoom, RejectsInvitationsAndIsForbiddenToStrangers) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice, kPrivate);
  EXPECT_EQ(rooms.Leave(room, kBob).errcode, "M_FORBIDDEN");
  rooms.Ask(Rooms::InviteUser, kAlice, Moderating<v1::InviteUserRequest>(room, kBob));
  EXPECT_EQ(rooms.Leave(room, kBob).text, "{}");
  EXPECT_EQ(rooms.MembershipOf(room, kAlice, kBob), "leave");
  EXPECT_EQ(rooms.Leave(room, kBob).text, "{}") << "leaving must be safe to repeat";
}

TEST(Knock, NeedsARoomThatAllowsIt) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice, kPrivate);
  v1::KnockRoomRequest knock;
  knock.set_room_id_or_alias(room);
  knock.set_body_json(R"({"reason":"please"})");
  EXPECT_EQ(rooms.Ask(Rooms::KnockRoom, kBob, knock).errcode, "M_FORBIDDEN");
  rooms.SetState(room, kAlice, "m.room.join_rules", R"({"join_rule":"knock"})");
  EXPECT_EQ(json::GetString(rooms.Ask(Rooms::KnockRoom, kBob, knock).json(), "room_id"), room);
  EXPECT_EQ(json::GetString(rooms.State(room, kAlice, "m.room.member", kBob).json(), "reason"), "please");
}

TEST(Moderation, KicksBansAndUnbans) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  rooms.Join(room, kBob);
  EXPECT_EQ(rooms.Ask(Rooms::KickUser, kBob, Moderating<v1::KickUserRequest>(room, kAlice)).errcode, "M_FORBIDDEN");
  EXPECT_EQ(rooms.Ask(Rooms::KickUser, kAlice, Moderating<v1::KickUserRequest>(room, kBob, "why")).text, "{}");
  EXPECT_EQ(json::GetString(rooms.State(room, kAlice, "m.room.member", kBob).json(), "reason"), "why");
  EXPECT_EQ(rooms.Ask(Rooms::KickUser, kAlice, Moderating<v1::KickUserRequest>(room, kCarol)).errcode, "M_FORBIDDEN");
  EXPECT_EQ(rooms.Ask(Rooms::UnbanUser, kAlice, Moderating<v1::UnbanUserRequest>(room, kAlice)).errcode, "M_FORBIDDEN");
  EXPECT_EQ(rooms.Ask(Rooms::BanUser, kAlice, Moderating<v1::BanUserRequest>(room, kBob)).text, "{}");
  EXPECT_EQ(rooms.Join(room, kBob).errcode, "M_FORBIDDEN");
  EXPECT_EQ(rooms.Ask(Rooms::KickUser, kAlice, Moderating<v1::KickUserRequest>(room, kBob)).errcode, "M_FORBIDDEN");
  EXPECT_EQ(rooms.Ask(Rooms::UnbanUser, kAlice, Moderating<v1::UnbanUserRequest>(room, kBob)).text, "{}");
  EXPECT_EQ(rooms.Join(room, kBob).errcode, "");
}

TEST(Moderation, WantsAUserId) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  auto request = Moderating<v1::BanUserRequest>(room, "bob");
  EXPECT_EQ(rooms.Ask(Rooms::BanUser, kAlice, request).errcode, "M_INVALID_PARAM");
  request.set_body_json("{}");
  EXPECT_EQ(rooms.Ask(Rooms::BanUser, kAlice, request).errcode, "M_MISSING_PARAM");
}

TEST(ForgetRoom, IsForThoseWhoHaveLeft) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  rooms.Join(room, kBob);
  v1::ForgetRoomRequest forget;
  forget.set_room_id(room);
  EXPECT_EQ(rooms.Ask(Rooms::ForgetRoom, kBob, forget).errcode, "M_UNKNOWN");
  rooms.Leave(room, kBob);
  EXPECT_EQ(rooms.Messages(room, kBob, "b").errcode, "");
  EXPECT_EQ(rooms.Ask(Rooms::ForgetRoom, kBob, forget).text, "{}");
  EXPECT_EQ(rooms.Messages(room, kBob, "b").errcode, "M_FORBIDDEN");
}

TEST(JoinedRooms, ListsOnlyWhereTheUserIs) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  const std::string left = rooms.CreateRoom(kAlice);
  rooms.Leave(left, kAlice);
  EXPECT_EQ(rooms.Ask(Rooms::JoinedRooms, kAlice, v1::JoinedRoomsRequest()).text,
            absl::StrCat(R"({"joined_rooms":[")", room, R"("]})"));
}

TEST(Aliases, ArePutListedAndDeleted) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  v1::SetAliasRequest put;
  put.set_room_alias("#a:example.org");
  put.set_body_json(absl::StrCat(R"({"room_id":")", room, R"("})"));
  EXPECT_EQ(rooms.Ask(Rooms::SetAlias, kAlice, put).text, "{}");
  EXPECT_EQ(rooms.Ask(Rooms::SetAlias, kAlice, put).http_status, 409);
  put.set_room_alias("#a:elsewhere.org");
  EXPECT_EQ(rooms.Ask(Rooms::SetAlias, kAlice, put).errcode, "M_INVALID_PARAM");

  v1::GetAliasRequest get;
  get.set_room_alias("#a:example.org");
  EXPECT_EQ(rooms.AskAnybody(Rooms::GetAlias, get).text,
            absl::StrCat(R"({"room_id":")", room, R"(","servers":["example.org"]})"));
  v1::ListAliasesRequest list;
  list.set_room_id(room);
  EXPECT_EQ(rooms.Ask(Rooms::ListAliases, kAlice, list).text, R"({"aliases":["#a:example.org"]})");
  EXPECT_EQ(rooms.Ask(Rooms::ListAliases, kBob, list).errcode, "M_FORBIDDEN");

  v1::DeleteAliasRequest remove;
  remove.set_room_alias("#a:example.org");
  EXPECT_EQ(rooms.Ask(Rooms::DeleteAlias, kBob, remove).errcode, "M_FORBIDDEN");
  EXPECT_EQ(rooms.Ask(Rooms::DeleteAlias, kAlice, remove).text, "{}");
  EXPECT_EQ(rooms.AskAnybody(Rooms::GetAlias, get).errcode, "M_NOT_FOUND");
}

TEST(CanonicalAlias, MustPointToTheRoomWhenItIsNew) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice, R"({"room_alias_name":"here"})");
  rooms.CreateRoom(kAlice, R"({"room_alias_name":"there"})");
  v1::SetRoomStateRequest set;
  set.set_room_id(room);
  set.set_type("m.room.canonical_alias");
  set.set_body_json(R"({"alias":"#here:example.org","alt_aliases":["#there:example.org"]})");
  EXPECT_EQ(rooms.Ask(Rooms::SetRoomState, kAlice, set).errcode, "M_BAD_ALIAS");
  set.set_body_json(R"({"alias":"here"})");
  EXPECT_EQ(rooms.Ask(Rooms::SetRoomState, kAlice, set).errcode, "M_INVALID_PARAM");
  v1::DeleteAliasRequest remove;
  remove.set_room_alias("#here:example.org");
  rooms.Ask(Rooms::DeleteAlias, kAlice, remove);
  set.set_body_json(R"({"alt_aliases":["#here:example.org"]})");
  EXPECT_EQ(rooms.Ask(Rooms::SetRoomState, kAlice, set).errcode, "") << "what was there before may stay";
}

TEST(ReadMarkers, GoToTheRoomAndToAccountData) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  const std::string event = rooms.SendMessage(room, kAlice, "one");
  v1::SetReadMarkersRequest markers;
  markers.set_room_id(room);
  markers.set_body_json(absl::StrCat(R"({"m.fully_read":")", event, R"(","m.read":")", event, R"("})"));
  EXPECT_EQ(rooms.Ask(Rooms::SetReadMarkers, kAlice, markers).text, "{}");
  EXPECT_EQ(rooms.account_data[absl::StrCat(kAlice, " ", room, " m.fully_read")],
            absl::StrCat(R"({"event_id":")", event, R"("})"));
  EXPECT_EQ(rooms.Ask(Rooms::SetReadMarkers, kBob, markers).errcode, "M_FORBIDDEN");
  markers.set_body_json(R"({"m.fully_read":"$unknown"})");
  EXPECT_EQ(rooms.Ask(Rooms::SetReadMarkers, kAlice, markers).errcode, "M_NOT_FOUND");
}

TEST(Receipts, CheckTypeAndThread) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  v1::PostReceiptRequest receipt;
  receipt.set_room_id(room);
  receipt.set_event_id(rooms.SendMessage(room, kAlice, "one"));
  receipt.set_receipt_type("m.read.private");
  receipt.set_body_json(R"({"thread_id":"main"})");
  EXPECT_EQ(rooms.Ask(Rooms::PostReceipt, kAlice, receipt).text, "{}");
  receipt.set_receipt_type("m.fully_read");
  EXPECT_EQ(rooms.Ask(Rooms::PostReceipt, kAlice, receipt).errcode, "M_INVALID_PARAM");
  receipt.set_body_json("{}");
  receipt.set_receipt_type("m.unknown");
  EXPECT_EQ(rooms.Ask(Rooms::PostReceipt, kAlice, receipt).errcode, "M_INVALID_PARAM");
}

}  // namespace
}  // namespace plexus::room::testing
