// What clients read of a room: messages, context, single events, state, members.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/json/access.h"
#include "common/matrix/stream_token.h"
#include "common/rpc/shard_of.h"
#include "tests/room/room_fixture.h"

namespace plexus::room::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kMessagesOnly[] = R"({"types":["m.room.message"]})";

std::string Token(const Answer& answer, std::string_view key) {
  return std::string(json::GetString(answer.json(), key).value_or("absent"));
}

std::vector<std::string> Chunk(const Answer& answer) {
  if (!answer.errcode.empty()) return {answer.errcode, answer.text};
  return Bodies(answer.json(), "chunk");
}

json::Object FirstOf(const Answer& answer, std::string_view array) {
  const json::Object body = answer.json();
  const json::Array* events = json::GetArray(body, array);
  return events == nullptr || events->empty() ? json::Object() : events->front().as_object();
}

json::Object UnsignedOf(const json::Object& event) {
  const json::Object* found = json::GetObject(event, "unsigned");
  return found == nullptr ? json::Object() : *found;
}

std::vector<std::string> StateKeys(const Answer& answer, std::string_view array) {
  std::vector<std::string> keys;
  const json::Object body = answer.json();
  for (const json::Value& event : *json::GetArray(body, array)) {
    keys.emplace_back(json::GetString(event.as_object(), "state_key").value_or(""));
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

Answer GetEvent(RoomFixture& rooms, const std::string& room, const std::string& user, const std::string& event_id) {
  v1::GetEventRequest request;
  request.set_room_id(room);
  request.set_event_id(event_id);
  return rooms.Ask(Rooms::GetEvent, user, request);
}

Answer GetContext(RoomFixture& rooms, const std::string& room, const std::string& event_id, int64_t limit,
                  const std::string& filter) {
  v1::GetContextRequest request;
  request.set_room_id(room);
  request.set_event_id(event_id);
  request.set_limit(limit);
  request.set_filter(filter);
  return rooms.Ask(Rooms::GetContext, kAlice, request);
}

Answer GetMembers(RoomFixture& rooms, const std::string& room, const std::string& user, const std::string& at = "",
                  const std::string& membership = "") {
  v1::GetMembersRequest request;
  request.set_room_id(room);
  request.set_at(at);
  request.set_membership(membership);
  return rooms.Ask(Rooms::GetMembers, user, request);
}

TEST(Messages, PagesBackwardsToTheBeginning) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  for (int i = 1; i <= 5; ++i) rooms.SendMessage(room, kAlice, absl::StrCat(i));
  const Answer first = rooms.Messages(room, kAlice, "b", "", 2, kMessagesOnly);
  EXPECT_THAT(Chunk(first), ElementsAre("5", "4"));
  const Answer second = rooms.Messages(room, kAlice, "b", Token(first, "end"), 2, kMessagesOnly);
  EXPECT_THAT(Chunk(second), ElementsAre("3", "2"));
  EXPECT_EQ(Token(second, "start"), Token(first, "end"));
  const Answer last = rooms.Messages(room, kAlice, "b", Token(second, "end"), 2, kMessagesOnly);
  EXPECT_THAT(Chunk(last), ElementsAre("1"));
  EXPECT_EQ(Token(last, "end"), "absent");
}

TEST(Messages, GoForwardFromWhereAPageEnded) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  for (int i = 1; i <= 4; ++i) rooms.SendMessage(room, kAlice, absl::StrCat(i));
  const Answer back = rooms.Messages(room, kAlice, "b", "", 3);
  EXPECT_THAT(Chunk(rooms.Messages(room, kAlice, "f", Token(back, "end"), 10)), ElementsAre("2", "3", "4"));
  EXPECT_THAT(Chunk(rooms.Messages(room, kAlice, "f", "", 100)), ElementsAre("1", "2", "3", "4"));
  EXPECT_THAT(Chunk(rooms.Messages(room, kAlice, "f", Token(back, "start"), 10)), IsEmpty());
}

TEST(Messages, StopAtTo) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  for (int i = 1; i <= 4; ++i) rooms.SendMessage(room, kAlice, absl::StrCat(i));
  const std::string place = Token(rooms.Messages(room, kAlice, "b", "", 2), "end");
  v1::GetMessagesRequest request;
  request.set_room_id(room);
  request.set_dir("b");
  request.set_to(place);
  request.set_limit(100);
  EXPECT_THAT(Chunk(rooms.Ask(Rooms::GetMessages, kAlice, request)), ElementsAre("4", "3"));
  request.set_dir("f");
  EXPECT_THAT(Chunk(rooms.Ask(Rooms::GetMessages, kAlice, request)), ElementsAre("1", "2"));
}

TEST(Messages, TakeTokensOfSync) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  const std::string id = rooms.SendMessage(room, kAlice, "before");
  matrix::StreamToken token;
  token.room.assign(4, 0);
  const auto rows = rooms_db.Sql(absl::StrCat("SELECT position FROM event WHERE event_id = '", id, "'"));
  token.room[static_cast<size_t>(rpc::ShardOf(room, 4))] = rows[0][0].as<int64_t>();
  rooms.SendMessage(room, kAlice, "after");
  const std::string from = matrix::EncodeStreamToken(token);
  EXPECT_THAT(Chunk(rooms.Messages(room, kAlice, "b", from, 1)), ElementsAre("before"));
  EXPECT_THAT(Chunk(rooms.Messages(room, kAlice, "f", from, 5)), ElementsAre("after"));
}

TEST(Messages, RefuseWhatTheyDoNotUnderstand) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  EXPECT_EQ(rooms.Messages(room, kAlice, "").errcode, "M_MISSING_PARAM");
  EXPECT_EQ(rooms.Messages(room, kAlice, "x").errcode, "M_INVALID_PARAM");
  EXPECT_EQ(rooms.Messages(room, kAlice, "b", "nonsense").errcode, "M_INVALID_PARAM");
  EXPECT_EQ(rooms.Messages(room, kAlice, "b", "", -1, "{").errcode, "M_NOT_JSON");
  EXPECT_EQ(rooms.Messages(room, kBob, "b").errcode, "M_FORBIDDEN");
  EXPECT_EQ(rooms.Messages("!none:example.org", kBob, "b").errcode, "M_FORBIDDEN");
}

TEST(Messages, ShowMembersOnDemand) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  rooms.Join(room, kBob);
  rooms.Join(room, kCarol);
  rooms.SendMessage(room, kBob, "hello");
  const Answer answer =
      rooms.Messages(room, kAlice, "b", "", 1, R"({"lazy_load_members":true,"types":["m.room.message"]})");
  EXPECT_THAT(StateKeys(answer, "state"), ElementsAre(kBob));
}

TEST(Messages, EndForDepartedUsersWhereTheyLeft) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  rooms.SendMessage(room, kAlice, "before joining");
  rooms.Join(room, kBob);
  rooms.SendMessage(room, kAlice, "while there");
  rooms.Leave(room, kBob);
  rooms.SendMessage(room, kAlice, "after leaving");
  EXPECT_THAT(Chunk(rooms.Messages(room, kBob, "b", "", 50, kMessagesOnly)),
              ElementsAre("while there", "before joining"));
  EXPECT_THAT(Chunk(rooms.Messages(room, kBob, "f", "", 50, kMessagesOnly)),
              ElementsAre("before joining", "while there"));
}

TEST(Messages, HideWhatCameBeforeJoiningIfHistoryIsForMembers) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  rooms.SendMessage(room, kAlice, "shared");
  rooms.SetState(room, kAlice, "m.room.history_visibility", R"({"history_visibility":"joined"})");
  const std::string hidden = rooms.SendMessage(room, kAlice, "hidden");
  rooms.Join(room, kBob);
  rooms.SendMessage(room, kAlice, "seen");
  EXPECT_THAT(Chunk(rooms.Messages(room, kBob, "b", "", 50, kMessagesOnly)), ElementsAre("seen", "shared"));
  EXPECT_EQ(GetEvent(rooms, room, kBob, hidden).errcode, "M_NOT_FOUND");
  EXPECT_EQ(GetEvent(rooms, room, kAlice, hidden).errcode, "");
}

TEST(Messages, OfWorldReadableRoomsAreForEverybody) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  rooms.SendMessage(room, kAlice, "hidden");
  rooms.SetState(room, kAlice, "m.room.history_visibility", R"({"history_visibility":"world_readable"})");
  rooms.SendMessage(room, kAlice, "open");
  EXPECT_THAT(Chunk(rooms.Messages(room, kBob, "b", "", 50, kMessagesOnly)), ElementsAre("open"));
  EXPECT_EQ(rooms.State(room, kBob, "m.room.create").errcode, "");
}

TEST(Events, CarryUnsignedForTheSendingDevice) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  rooms.Join(room, kBob);
  const std::string event = rooms.SendMessage(room, kAlice, "hello", "txn1");
  const json::Object mine = UnsignedOf(GetEvent(rooms, room, kAlice, event).json());
  EXPECT_EQ(json::GetString(mine, "transaction_id"), "txn1");
  EXPECT_EQ(json::GetString(mine, "membership"), "join");
  EXPECT_TRUE(json::GetInt(mine, "age").has_value());
  EXPECT_FALSE(UnsignedOf(GetEvent(rooms, room, kBob, event).json()).contains("transaction_id"));
  EXPECT_EQ(GetEvent(rooms, room, kCarol, event).errcode, "M_NOT_FOUND");
}

TEST(Events, OfStateTellWhatTheyReplaced) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice, R"({"name":"old"})");
  rooms.SetState(room, kAlice, "m.room.name", R"({"name":"new"})");
  const json::Object event = FirstOf(rooms.Messages(room, kAlice, "b", "", 1), "chunk");
  const json::Object seen = UnsignedOf(event);
  ASSERT_NE(json::GetObject(seen, "prev_content"), nullptr);
  EXPECT_EQ(json::GetString(*json::GetObject(seen, "prev_content"), "name"), "old");
}

TEST(Context, SurroundsAnEvent) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  std::vector<std::string> ids;
  for (int i = 1; i <= 7; ++i) ids.push_back(rooms.SendMessage(room, kAlice, absl::StrCat(i)));
  const Answer answer = GetContext(rooms, room, ids[3], 4, R"({"lazy_load_members":true})");
  EXPECT_THAT(Bodies(answer.json(), "events_before"), ElementsAre("3", "2"));
  EXPECT_THAT(Bodies(answer.json(), "events_after"), ElementsAre("5", "6"));
  EXPECT_EQ(json::GetString(*json::GetObject(answer.json(), "event"), "event_id"), ids[3]);
  EXPECT_THAT(Chunk(rooms.Messages(room, kAlice, "b", Token(answer, "start"), 1)), ElementsAre("1"));
  EXPECT_THAT(Chunk(rooms.Messages(room, kAlice, "f", Token(answer, "end"), 9)), ElementsAre("7"));
  const Answer alone = GetContext(rooms, room, ids[3], 0, "");
  EXPECT_THAT(Bodies(alone.json(), "events_before"), IsEmpty());
  EXPECT_THAT(Bodies(alone.json(), "events_after"), IsEmpty());
}

TEST(State, IsForDepartedUsersWhatItWas) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice, R"({"preset":"public_chat","name":"then"})");
  rooms.Join(room, kBob);
  rooms.Leave(room, kBob);
  rooms.SetState(room, kAlice, "m.room.name", R"({"name":"now"})");
  rooms.Join(room, kCarol);
  EXPECT_EQ(rooms.State(room, kBob, "m.room.name").text, R"({"name":"then"})");
  EXPECT_EQ(rooms.State(room, kAlice, "m.room.name").text, R"({"name":"now"})");
  EXPECT_EQ(rooms.State(room, kAlice, "m.room.topic").errcode, "M_NOT_FOUND");
  EXPECT_EQ(rooms.State(room, "@dave:example.org", "m.room.name").errcode, "M_FORBIDDEN");
  v1::GetRoomStateRequest whole;
  whole.set_room_id(room);
  const Answer then = rooms.Ask(Rooms::GetRoomState, kBob, whole);
  EXPECT_THAT(then.text, ::testing::HasSubstr(R"("name":"then")"));
  EXPECT_THAT(then.text, ::testing::Not(::testing::HasSubstr(kCarol)));
}

TEST(State, IsGivenAsAWholeEventOnDemand) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice, R"({"name":"N"})");
  v1::GetRoomStateEventRequest request;
  request.set_room_id(room);
  request.set_type("m.room.name");
  request.set_format("event");
  const json::Object event = rooms.Ask(Rooms::GetRoomStateEvent, kAlice, request).json();
  EXPECT_EQ(json::GetString(event, "sender"), kAlice);
  EXPECT_EQ(json::GetString(event, "room_id"), room);
  request.set_format("other");
  EXPECT_EQ(rooms.Ask(Rooms::GetRoomStateEvent, kAlice, request).errcode, "M_INVALID_PARAM");
}

TEST(Members, AreFilteredAndReadAtATime) {
  PLEXUS_ROOM_FIXTURE(rooms);
  const std::string room = rooms.CreateRoom(kAlice);
  rooms.Join(room, kBob);
  const std::string then = Token(rooms.Messages(room, kAlice, "b", "", 1), "start");
  rooms.Leave(room, kBob);
  rooms.Join(room, kCarol);
  EXPECT_THAT(StateKeys(GetMembers(rooms, room, kAlice), "chunk"), ElementsAre(kAlice, kBob, kCarol));
  EXPECT_THAT(StateKeys(GetMembers(rooms, room, kAlice, "", "join"), "chunk"), ElementsAre(kAlice, kCarol));
  EXPECT_THAT(StateKeys(GetMembers(rooms, room, kAlice, then, "join"), "chunk"), ElementsAre(kAlice, kBob));
  EXPECT_THAT(StateKeys(GetMembers(rooms, room, kBob, "", "join"), "chunk"), ElementsAre(kAlice));
}

TEST(JoinedMembers, AreForMembers) {
  PLEXUS_ROOM_FIXTURE(rooms);
  rooms.profiles[kAlice] = "Alice";
  const std::string room = rooms.CreateRoom(kAlice);
  v1::GetJoinedMembersRequest request;
  request.set_room_id(room);
  EXPECT_EQ(rooms.Ask(Rooms::GetJoinedMembers, kAlice, request).text,
            R"({"joined":{"@alice:example.org":{"display_name":"Alice"}}})");
  EXPECT_EQ(rooms.Ask(Rooms::GetJoinedMembers, kBob, request).errcode, "M_FORBIDDEN");
}

}  // namespace
}  // namespace plexus::room::testing
