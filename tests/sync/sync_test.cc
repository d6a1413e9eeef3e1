// What clients see of rooms through /sync.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "tests/sync/sync_fixture.h"

namespace plexus::sync::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr auto kSoon = std::chrono::seconds(8);

bool Limited(const Answer& answer, const std::string& room_id) {
  return answer.At({"rooms", "join", room_id, "timeline", "limited"}) == json::Value(true);
}

json::Object FirstEvent(const Answer& answer, const std::string& room_id, const std::string& section = "join") {
  const json::Value events = answer.At({"rooms", section, room_id, "timeline", "events"});
  return events.is_array() && !events.as_array().empty() ? events.as_array()[0].as_object() : json::Object();
}

TEST(InitialSync, HasTheRoomWithStateBeforeItsTimeline) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  for (int i = 1; i <= 12; ++i) sync.Say(room, kAlice, absl::StrCat(i));
  const Answer answer = sync.Sync(kAlice);
  EXPECT_THAT(answer.Bodies(room), ElementsAre("3", "4", "5", "6", "7", "8", "9", "10", "11", "12"));
  EXPECT_TRUE(Limited(answer, room));
  EXPECT_THAT(answer.State(room), Contains("m.room.create|"));
  EXPECT_THAT(answer.State(room), Contains(absl::StrCat("m.room.member|", kAlice)));
  EXPECT_EQ(answer.At({"rooms", "join", room, "summary", "m.joined_member_count"}), json::Value(1));
  EXPECT_THAT(answer.text, HasSubstr("m.push_rules"));
}

TEST(InitialSync, OfAUserWithoutRoomsIsComplete) {
  PLEXUS_SYNC_FIXTURE(sync);
  const json::Object body = sync.Sync(kBob).json();
  for (const char* key : {"next_batch", "rooms", "account_data", "presence", "to_device", "device_lists",
                          "device_one_time_keys_count", "device_unused_fallback_key_types"}) {
    EXPECT_NE(json::Find(body, key), nullptr) << key;
  }
}

TEST(Sync, RefusesBadParameters) {
  PLEXUS_SYNC_FIXTURE(sync);
  EXPECT_THAT(sync.Sync(kAlice, "s1_nonsense").errcode, HasSubstr("M_INVALID_PARAM"));
  EXPECT_THAT(sync.Sync(kAlice, "", "{\"room\":1}").errcode, HasSubstr("M_INVALID_PARAM"));
  EXPECT_THAT(sync.Poll(sync.Request(kAlice), -1).get().errcode, HasSubstr("M_INVALID_PARAM"));
}

TEST(IncrementalSync, TellsEachEventOnce) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  std::string since = sync.Sync(kAlice).next();
  for (int i = 1; i <= 5; ++i) {
    sync.Say(room, kAlice, absl::StrCat(i));
    const Answer answer = sync.Sync(kAlice, since);
    EXPECT_THAT(answer.Bodies(room), ElementsAre(absl::StrCat(i)));
    EXPECT_FALSE(Limited(answer, room));
    EXPECT_THAT(answer.State(room), IsEmpty());
    since = answer.next();
  }
  EXPECT_TRUE(sync.Sync(kAlice, since).Room("join", room).empty());
}

TEST(IncrementalSync, SurvivesARestart) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  const std::string since = sync.Sync(kAlice).next();
  sync.Say(room, kAlice, "one");
  sync.Restart();
  sync.Say(room, kAlice, "two");
  EXPECT_THAT(sync.Sync(kAlice, since).Bodies(room), ElementsAre("one", "two"));
}

TEST(IncrementalSync, TellsTheStateOfAGap) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  const std::string since = sync.Sync(kAlice).next();
  sync.SetState(room, kAlice, "m.room.name", R"({"name":"first"})");
  sync.SetState(room, kAlice, "m.room.name", R"({"name":"second"})");
  for (int i = 1; i <= 4; ++i) sync.Say(room, kAlice, absl::StrCat(i));
  const Answer answer = sync.Sync(kAlice, since, R"({"room":{"timeline":{"limit":2}}})");
  EXPECT_THAT(answer.Bodies(room), ElementsAre("3", "4"));
  EXPECT_TRUE(Limited(answer, room));
  EXPECT_THAT(answer.State(room), ElementsAre("m.room.name|"));
  EXPECT_THAT(answer.text, HasSubstr("second"));
  EXPECT_THAT(answer.text, HasSubstr("\"prev_batch\":\"t1_"));
}

TEST(IncrementalSync, TellsStateThatTheTimelineFilterHides) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  const std::string since = sync.Sync(kAlice).next();
  sync.SetState(room, kAlice, "m.room.name", R"({"name":"hidden"})");
  sync.Say(room, kAlice, "shown");
  const Answer answer = sync.Sync(kAlice, since, R"({"room":{"timeline":{"types":["m.room.message"]}}})");
  EXPECT_THAT(answer.Bodies(room), ElementsAre("shown"));
  EXPECT_THAT(answer.State(room), ElementsAre("m.room.name|"));
}

TEST(IncrementalSync, StateAfterReachesTheEndOfTheTimeline) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  v1::SyncRequest request = sync.Request(kAlice, sync.Sync(kAlice).next());
  request.set_use_state_after(true);
  sync.SetState(room, kAlice, "m.room.name", R"({"name":"x"})");
  const Answer answer = sync.Sync(request);
  const json::Object found = answer.Room("join", room);
  EXPECT_EQ(json::Find(found, "state"), nullptr);
  EXPECT_EQ(answer.At({"rooms", "join", room, "state_after", "events"}).as_array().size(), 1u);
}

TEST(IncrementalSync, FullStateRepeatsTheState) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  v1::SyncRequest request = sync.Request(kAlice, sync.Sync(kAlice).next());
  request.set_full_state(true);
  const Answer answer = sync.Sync(request);
  EXPECT_THAT(answer.State(room), Contains("m.room.create|"));
  EXPECT_FALSE(Limited(answer, room));
}

TEST(Unsigned, TellsTheTransactionToItsDeviceAlone) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  sync.Member(room, kBob, kBob, "join");
  const std::string alice = sync.Sync(kAlice).next(), bob = sync.Sync(kBob).next();
  auto message = PersisterFixture::Message(room, kAlice, "hi", "txn7");
  message.mutable_requester()->set_device_id("DEVICE");
  ASSERT_TRUE(sync.persister().Send(message).ok());
  sync.Publish();
  EXPECT_THAT(sync.Sync(kAlice, alice).text, HasSubstr("\"transaction_id\":\"txn7\""));
  const Answer other = sync.Sync(kBob, bob);
  EXPECT_THAT(other.Bodies(room), ElementsAre("hi"));
  EXPECT_THAT(other.text, Not(HasSubstr("txn7")));
  EXPECT_THAT(other.text, HasSubstr("\"membership\":\"join\""));
}

TEST(Unsigned, TellsWhatAStateEventReplaced) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  sync.SetState(room, kAlice, "m.room.name", R"({"name":"old"})");
  const std::string since = sync.Sync(kAlice).next();
  sync.SetState(room, kAlice, "m.room.name", R"({"name":"new"})");
  const json::Object event = FirstEvent(sync.Sync(kAlice, since), room);
  const json::Object* extra = json::GetObject(event, "unsigned");
  ASSERT_NE(extra, nullptr);
  EXPECT_EQ(json::Serialize(*json::GetObject(*extra, "prev_content")), R"({"name":"old"})");
  EXPECT_TRUE(json::GetString(*extra, "replaces_state").has_value());
}

TEST(Invite, ShowsStrippedState) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  const std::string since = sync.Sync(kBob).next();
  sync.Member(room, kAlice, kBob, "invite");
  const Answer answer = sync.Sync(kBob, since);
  const std::string state = json::Serialize(answer.At({"rooms", "invite", room, "invite_state", "events"}));
  EXPECT_THAT(state, HasSubstr("m.room.create"));
  EXPECT_THAT(state, HasSubstr("\"membership\":\"invite\""));
  EXPECT_THAT(state, Not(HasSubstr("event_id")));
  EXPECT_TRUE(sync.Sync(kBob, answer.next()).Room("invite", room).empty());
  sync.Member(room, kBob, kBob, "leave");
  EXPECT_FALSE(sync.Sync(kBob, answer.next()).Room("leave", room).empty());
}

TEST(Leave, EndsWithTheLeaveAndShowsNothingAfterIt) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  sync.Member(room, kBob, kBob, "join");
  const std::string since = sync.Sync(kBob).next();
  sync.Say(room, kAlice, "before");
  sync.Member(room, kAlice, kBob, "leave");
  sync.Say(room, kAlice, "after");
  const Answer answer = sync.Sync(kBob, since);
  EXPECT_TRUE(answer.Room("join", room).empty());
  EXPECT_THAT(answer.Bodies(room, "leave"), ElementsAre("before"));
  EXPECT_THAT(answer.text, Not(HasSubstr("\"after\"")));
  EXPECT_TRUE(sync.Sync(kBob, answer.next()).Room("leave", room).empty());
  EXPECT_TRUE(sync.Sync(kBob).Room("leave", room).empty());
  EXPECT_FALSE(sync.Sync(kBob, "", R"({"room":{"include_leave":true}})").Room("leave", room).empty());
}

TEST(Rejoin, BringsTheWholeStateAgain) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  sync.Member(room, kBob, kBob, "join");
  const std::string since = sync.Sync(kBob).next();
  sync.Member(room, kBob, kBob, "leave");
  sync.SetState(room, kAlice, "m.room.name", R"({"name":"meanwhile"})");
  sync.Member(room, kBob, kBob, "join");
  const Answer answer = sync.Sync(kBob, since, R"({"room":{"timeline":{"limit":1}}})");
  EXPECT_TRUE(Limited(answer, room));
  EXPECT_THAT(answer.State(room), Contains("m.room.create|"));
  EXPECT_THAT(answer.State(room), Contains("m.room.name|"));
  EXPECT_TRUE(answer.Room("leave", room).empty());
}

TEST(Join, HidesWhatCameBeforeIfTheRoomSaysSo) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  sync.SetState(room, kAlice, "m.room.history_visibility", R"({"history_visibility":"joined"})");
  sync.Say(room, kAlice, "secret");
  const std::string since = sync.Sync(kBob).next();
  sync.Member(room, kBob, kBob, "join");
  sync.Say(room, kAlice, "welcome");
  for (const Answer& answer : {sync.Sync(kBob, since), sync.Sync(kBob)}) {
    EXPECT_THAT(answer.Bodies(room), ElementsAre("welcome"));
    EXPECT_THAT(answer.text, Not(HasSubstr("secret")));
    EXPECT_THAT(answer.State(room), Contains("m.room.history_visibility|"));
  }
}

TEST(LazyLoading, SendsEachSenderOnce) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  sync.Member(room, kBob, kBob, "join");
  for (int i = 0; i < 12; ++i) sync.Say(room, kAlice, "x");
  const std::string filter = R"({"room":{"state":{"lazy_load_members":true},"timeline":{"limit":3}}})";
  const Answer first = sync.Sync(kAlice, "", filter);
  sync.Say(room, kBob, "hello");
  const Answer second = sync.Sync(kAlice, first.next(), filter);
  sync.Say(room, kBob, "again");
  const Answer third = sync.Sync(kAlice, second.next(), filter);
  // Bob came with the first answer, as a hero.
  EXPECT_THAT(first.State(room), Contains(absl::StrCat("m.room.member|", kBob)));
  EXPECT_THAT(second.State(room), IsEmpty());
  EXPECT_THAT(third.State(room), IsEmpty());
  // A client that never got the first answer starts anew.
  sync.Restart();
  EXPECT_THAT(sync.Sync(kAlice, first.next(), filter).State(room), Contains(absl::StrCat("m.room.member|", kBob)));
}

TEST(AccountData, ComesOnceGloballyAndByRoom) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  const std::string since = sync.Sync(kAlice).next();
  sync.SetAccountData(kAlice, "", "org.example.a", R"({"a":1})");
  sync.SetAccountData(kAlice, room, "m.tag", R"({"tags":{}})");
  const Answer answer = sync.Sync(kAlice, since);
  EXPECT_THAT(json::Serialize(answer.At({"account_data"})), HasSubstr("org.example.a"));
  EXPECT_THAT(json::Serialize(answer.At({"rooms", "join", room, "account_data"})), HasSubstr("m.tag"));
  EXPECT_THAT(sync.Sync(kAlice, answer.next()).text, Not(HasSubstr("m.tag")));
}

TEST(AccountData, IgnoredUsersAreSilent) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  sync.Member(room, kBob, kBob, "join");
  sync.SetAccountData(kAlice, "", "m.ignored_user_list", absl::StrCat(R"({"ignored_users":{")", kBob, R"(":{}}})"));
  const std::string since = sync.Sync(kAlice).next();
  sync.Say(room, kBob, "spam");
  sync.Say(room, kAlice, "mine");
  EXPECT_THAT(sync.Sync(kAlice, since).Bodies(room), ElementsAre("mine"));
}

TEST(LongPoll, AnswersWhenSomethingHappens) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  auto poll = sync.Poll(sync.Request(kAlice, sync.Sync(kAlice).next()), 60'000);
  EXPECT_EQ(poll.wait_for(milliseconds(100)), std::future_status::timeout);
  sync.Say(room, kAlice, "wake up");
  ASSERT_EQ(poll.wait_for(kSoon), std::future_status::ready);
  EXPECT_THAT(poll.get().Bodies(room), ElementsAre("wake up"));
}

TEST(LongPoll, AnswersWithoutTheBus) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  auto poll = sync.Poll(sync.Request(kAlice, sync.Sync(kAlice).next()), 60'000);
  ASSERT_TRUE(sync.persister().Send(PersisterFixture::Message(room, kAlice, "unheard")).ok());
  ASSERT_EQ(poll.wait_for(kSoon), std::future_status::ready);
  EXPECT_THAT(poll.get().Bodies(room), ElementsAre("unheard"));
}

TEST(LongPoll, AnswersAnInvitedUser) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  auto poll = sync.Poll(sync.Request(kBob, sync.Sync(kBob).next()), 60'000);
  EXPECT_EQ(poll.wait_for(milliseconds(100)), std::future_status::timeout);
  sync.Member(room, kAlice, kBob, "invite");
  ASSERT_EQ(poll.wait_for(kSoon), std::future_status::ready);
  EXPECT_FALSE(poll.get().Room("invite", room).empty());
}

TEST(LongPoll, SleepsThroughWhatIsNotForTheUser) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  auto poll = sync.Poll(sync.Request(kBob, sync.Sync(kBob).next()), 300);
  sync.Say(room, kAlice, "private");
  const Answer answer = poll.get();
  EXPECT_THAT(answer.text, Not(HasSubstr("private")));
  sync.Member(room, kBob, kBob, "join");
  EXPECT_THAT(sync.Sync(kBob, answer.next()).State(room).size() + sync.Sync(kBob, answer.next()).Bodies(room).size(),
              ::testing::Gt(0u));
}

TEST(LongPoll, EndsWhenCancelled) {
  PLEXUS_SYNC_FIXTURE(sync);
  auto cancellation = std::make_shared<Cancellation>();
  auto poll = sync.Poll(sync.Request(kAlice, sync.Sync(kAlice).next()), 60'000, cancellation);
  EXPECT_EQ(poll.wait_for(milliseconds(50)), std::future_status::timeout);
  cancellation->Cancel();
  ASSERT_EQ(poll.wait_for(kSoon), std::future_status::ready);
  EXPECT_EQ(poll.get().errcode, "");
}

TEST(Typing, ComesAndGoes) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  const std::string since = sync.Sync(kAlice).next();
  auto poll = sync.Poll(sync.Request(kAlice, since), 60'000);
  EXPECT_EQ(poll.wait_for(milliseconds(100)), std::future_status::timeout);
  sync.Typing(room, 1, {kBob});
  ASSERT_EQ(poll.wait_for(kSoon), std::future_status::ready);
  const Answer typing = poll.get();
  EXPECT_THAT(json::Serialize(typing.At({"rooms", "join", room, "ephemeral"})), HasSubstr(kBob));
  poll = sync.Poll(sync.Request(kAlice, typing.next()), 60'000);
  EXPECT_EQ(poll.wait_for(milliseconds(50)), std::future_status::timeout);
  sync.Typing(room, 2, {});
  EXPECT_THAT(poll.get().text, HasSubstr("\"user_ids\":[]"));
}

TEST(DeviceLists, NameThoseWhoComeAndGo) {
  PLEXUS_SYNC_FIXTURE(sync);
  const std::string room = sync.NewRoom();
  const Answer before = sync.Sync(kAlice);
  sync.Member(room, kBob, kBob, "join");
  const Answer joined = sync.Sync(kAlice, before.next());
  EXPECT_THAT(json::Serialize(joined.At({"device_lists", "changed"})), HasSubstr(kBob));
  sync.Member(room, kBob, kBob, "leave");
  const Answer left = sync.Sync(kAlice, joined.next());
  EXPECT_THAT(json::Serialize(left.At({"device_lists", "left"})), HasSubstr(kBob));
  EXPECT_THAT(json::Serialize(left.At({"device_lists", "changed"})), Not(HasSubstr(kBob)));
}

}  // namespace
}  // namespace plexus::sync::testing
