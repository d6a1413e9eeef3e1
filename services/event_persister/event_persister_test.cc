// The service against a real Postgres.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "common/base/matrix_error.h"
#include "common/storage/testing/test_database.h"
#include "services/event_persister/testing/persister_fixture.h"

namespace plexus::event_persister {
namespace {

using testing::kAlice;
using testing::kBob;
using testing::PersisterFixture;

std::string Errcode(const absl::Status& status) { return status.ok() ? "OK" : FromStatus(status).errcode; }

int64_t Count(storage::testing::TestDatabase& test, const std::string& sql) {
  return test.Sql("SELECT count(*) FROM " + sql)[0][0].as<int64_t>();
}

TEST(CreateRoom, StoresEveryVersionWithItsStateAndMembers) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  for (const std::string version : {"3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}) {
    auto created = persister.CreateRoom(version);
    ASSERT_TRUE(created.ok()) << version << created.status();
    EXPECT_EQ(created->event_ids_size(), 5);
    EXPECT_EQ(created->room_id().find(':') == std::string::npos, version == "12");
  }
  EXPECT_EQ(Count(test, "room"), 10);
  EXPECT_EQ(Count(test, "event"), 50);
  EXPECT_EQ(Count(test, "current_state"), 50);
  EXPECT_EQ(Count(test, "forward_extremity"), 10);
  EXPECT_EQ(Count(test, "membership WHERE membership = 'join' AND user_id = '@alice:example.org'"), 10);
}

TEST(CreateRoom, RefusesVersionsThatNewRoomsCannotHave) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  for (const std::string version : {"1", "2", "13", ""}) {
    v1::BuildCreateEventRequest build;
    build.mutable_requester()->set_user_id(kAlice);
    build.set_room_version(version);
    EXPECT_EQ(Errcode(persister.Run(BuildCreateEvent(persister.call(), build)).status()), "M_UNSUPPORTED_ROOM_VERSION");
  }
}

TEST(CreateRoom, RepeatedAnswersTheSameRoom) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  const v1::CreateRoomRequest request = persister.BuildRoom("12");
  std::vector<Task<absl::StatusOr<v1::CreateRoomResponse>>> tasks;
  for (int i = 0; i < 5; ++i) tasks.push_back(CreateRoom(persister.call(), request));
  auto answers = persister.RunTogether(std::move(tasks));
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->SerializeAsString(), answers[0]->SerializeAsString());
  }
  EXPECT_EQ(Count(test, "room"), 1);
}

TEST(CreateRoom, TwoInTheSameMillisecondDiffer) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  std::set<std::string> rooms;
  for (int i = 0; i < 20; ++i) rooms.insert(persister.BuildRoom("12").room_id());
  EXPECT_EQ(rooms.size(), 20u);
}

TEST(CreateRoom, ARequestMakesOneRoom) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  v1::CreateRoomRequest first = persister.BuildRoom("12"), second = persister.BuildRoom("12");
  first.set_creation_id("request-1");
  second.set_creation_id("request-1");
  ASSERT_TRUE(persister.Run(CreateRoom(persister.call(), first)).ok());
  EXPECT_TRUE(persister.Run(CreateRoom(persister.call(), first)).ok());
  EXPECT_EQ(Errcode(persister.Run(CreateRoom(persister.call(), second)).status()), "M_ROOM_IN_USE");
  EXPECT_EQ(Count(test, "room"), 1);
  second.set_creation_id("request-2");
  EXPECT_TRUE(persister.Run(CreateRoom(persister.call(), second)).ok());
}

TEST(CreateRoom, OfTwoCopiesInTheSameMillisecondDiffer) {
  PLEXUS_TEST_DATABASE(test);
  const FakeClock stands_still;
  PersisterFixture one(test.database(), test.schema(), 4, stands_still);
  PersisterFixture other(test.database(), test.schema(), 4, stands_still);
  for (const std::string version : {"10", "11", "12"}) {
    EXPECT_NE(one.BuildRoom(version).room_id(), other.BuildRoom(version).room_id()) << version;
  }
}

TEST(CreateRoom, RefusesACreateEventThatWeDidNotSign) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture ours(test.database(), test.schema());
  const v1::CreateRoomRequest foreign = PersisterFixture(test.database(), test.schema()).BuildRoom("11");
  EXPECT_EQ(Errcode(ours.Run(CreateRoom(ours.call(), foreign)).status()), "M_FORBIDDEN");
  EXPECT_EQ(Count(test, "room"), 0);
}

TEST(CreateRoom, WithATakenAliasStoresNothingAndDisturbsNobody) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  const std::string other = persister.NewRoom();
  ASSERT_TRUE(persister.CreateRoom("12", "#taken:example.org").ok());
  std::vector<Task<absl::Status>> tasks;
  auto create = [](Call call, v1::CreateRoomRequest request) -> Task<absl::Status> {
    co_return (co_await CreateRoom(call, request)).status();
  };
  auto send = [](Call call, v1::SendEventRequest request) -> Task<absl::Status> {
    co_return (co_await SendEvent(call, request)).status();
  };
  for (int i = 0; i < 6; ++i) tasks.push_back(send(persister.call(), persister.Message(other, kAlice, "hello")));
  tasks.push_back(create(persister.call(), persister.BuildRoom("11", "#taken:example.org")));
  for (int i = 0; i < 6; ++i) tasks.push_back(send(persister.call(), persister.Message(other, kAlice, "hello")));
  auto answers = persister.RunTogether(std::move(tasks));
  for (size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(Errcode(answers[i]), i == 6 ? "M_ROOM_IN_USE" : "OK") << i;
  EXPECT_EQ(Count(test, "room"), 2);
  EXPECT_EQ(Count(test, "event"), 5 + 5 + 12);
}

TEST(SendEvent, RepeatedTransactionsAnswerOneEventEvenConcurrentlyAndAfterAHandover) {
  PLEXUS_TEST_DATABASE(test);
  std::string room, first;
  {
    PersisterFixture persister(test.database(), test.schema());
    room = persister.NewRoom();
    std::vector<Task<absl::StatusOr<v1::SendEventResponse>>> tasks;
    for (int i = 0; i < 10; ++i) {
      tasks.push_back(SendEvent(persister.call(), persister.Message(room, kAlice, "hello", "txn")));
    }
    auto answers = persister.RunTogether(std::move(tasks));
    for (const auto& answer : answers) {
      ASSERT_TRUE(answer.ok()) << answer.status();
      EXPECT_EQ(answer->event_id(), answers[0]->event_id());
    }
    first = answers[0]->event_id();
  }
  PersisterFixture next(test.database(), test.schema());
  auto again = next.Send(next.Message(room, kAlice, "hello", "txn"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->event_id(), first);
  EXPECT_EQ(Count(test, "event WHERE type = 'm.room.message'"), 1);
}

TEST(SendEvent, AForgottenTransactionIsFoundByItsConstraintAndItsFollowersAreRebuilt) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  const std::string room = persister.NewRoom();
  const std::string first = persister.Send(persister.Message(room, kAlice, "0", "old")).value().event_id();
  for (size_t i = 0; i <= HotRoom::kMaxTransactions; ++i) {
    ASSERT_TRUE(persister.Send(persister.Message(room, kAlice, "x", absl::StrCat("t", i))).ok());
  }
  std::vector<Task<absl::StatusOr<v1::SendEventResponse>>> tasks;
  for (const std::string txn : {"a", "old", "b", "c"}) {
    tasks.push_back(SendEvent(persister.call(), persister.Message(room, kAlice, txn, txn)));
  }
  auto answers = persister.RunTogether(std::move(tasks));
  for (const auto& answer : answers) ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answers[1]->event_id(), first);
  const int64_t messages = static_cast<int64_t>(HotRoom::kMaxTransactions) + 2 + 3;
  EXPECT_EQ(Count(test, "event WHERE type = 'm.room.message'"), messages);
  EXPECT_EQ(Count(test, "forward_extremity"), 1);
  EXPECT_EQ(Count(test, "event_edge d LEFT JOIN event e ON e.event_nid = d.parent_nid WHERE e IS NULL"), 0);
  EXPECT_EQ(Count(test, "event WHERE event_nid NOT IN (SELECT parent_nid FROM event_edge)"), 1);
}

TEST(SendEvent, RefusesWhatTheRulesForbid) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  const std::string room = persister.NewRoom();
  EXPECT_EQ(Errcode(persister.Send(persister.Message(room, kBob, "hi")).status()), "M_FORBIDDEN");
  EXPECT_EQ(Errcode(persister.Send(persister.Message("!none:example.org", kAlice, "hi")).status()), "M_NOT_FOUND");
  EXPECT_TRUE(persister.Send(persister.Member(room, kAlice, kBob, "ban")).ok());
  EXPECT_EQ(Errcode(persister.Send(persister.Member(room, kBob, kBob, "join")).status()), "M_FORBIDDEN");
  EXPECT_EQ(Errcode(persister.Send(persister.Member(room, kAlice, kBob, "sulk")).status()), "M_BAD_JSON");
  auto levels = persister.State(room, kAlice, "m.room.power_levels", "", R"({"ban":"50"})");
  EXPECT_EQ(Errcode(persister.Send(levels).status()), "M_BAD_JSON");
  // Also where the room's rules would let it pass.
  auto old_levels = persister.State(persister.NewRoom("9"), kAlice, "m.room.power_levels", "", R"({"ban":"50"})");
  EXPECT_EQ(Errcode(persister.Send(old_levels).status()), "M_BAD_JSON");
  auto fraction = persister.State(room, kAlice, "x", "", R"({"a":1.5})");
  EXPECT_EQ(Errcode(persister.Send(fraction).status()), "M_BAD_JSON");
  auto large = persister.Message(room, kAlice, std::string(66'000, 'x'));
  EXPECT_EQ(Errcode(persister.Send(large).status()), "M_TOO_LARGE");
  auto long_key = persister.State(room, kAlice, "x", std::string(256, 'k'), "{}");
  EXPECT_EQ(Errcode(persister.Send(long_key).status()), "M_TOO_LARGE");
}

TEST(SendEvent, RepeatedStateAnswersTheEventThatIsThere) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  const std::string room = persister.NewRoom();
  auto topic = persister.State(room, kAlice, "m.room.topic", "", R"({"topic":"a"})");
  const std::string first = persister.Send(topic).value().event_id();
  EXPECT_EQ(persister.Send(topic).value().event_id(), first);
  auto other = persister.State(room, kAlice, "m.room.topic", "", R"({"topic":"b"})");
  EXPECT_NE(persister.Send(other).value().event_id(), first);
}

TEST(SendEvent, RedactionsStripTheStoredEventForThoseWhoMay) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  for (const std::string version : {"3", "10", "12"}) {
    const std::string room = persister.NewRoom(version);
    ASSERT_TRUE(persister.Send(persister.Member(room, kBob, kBob, "join")).ok());
    const std::string target = persister.Send(persister.Message(room, kAlice, "secret")).value().event_id();
    v1::SendEventRequest redaction = persister.Message(room, kBob, "");
    redaction.set_type("m.room.redaction");
    redaction.set_body_json(R"({"reason":"spam"})");
    redaction.set_redacts(target);
    EXPECT_EQ(Errcode(persister.Send(redaction).status()), "M_FORBIDDEN");
    redaction.mutable_requester()->set_user_id(kAlice);
    auto redacted = persister.Send(redaction);
    ASSERT_TRUE(redacted.ok()) << redacted.status();
    redaction.set_redacts("$nowhere");
    EXPECT_EQ(Errcode(persister.Send(redaction).status()), "M_NOT_FOUND");
    EXPECT_EQ(persister.data().published().back().batch.entries(0).event().redacts_event_id(), target);
  }
  EXPECT_EQ(Count(test, "event_body WHERE json LIKE '%secret%'"), 0);
  EXPECT_EQ(Count(test, "event WHERE redacted_by <> 0"), 3);
}

TEST(Aliases, AreUniqueAndTheirOwnersRemoveThem) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  v1::PutAliasRequest put;
  put.set_room_id(persister.NewRoom());
  put.set_alias("#a:example.org");
  put.mutable_requester()->set_user_id(kAlice);
  ASSERT_TRUE(persister.Run(PutAlias(persister.call(), put)).ok());
  EXPECT_EQ(FromStatus(persister.Run(PutAlias(persister.call(), put)).status()).http_status, 409);
  v1::DeleteAliasRequest remove;
  remove.set_room_id(put.room_id());
  remove.set_alias(put.alias());
  remove.mutable_requester()->set_user_id(kBob);
  EXPECT_EQ(Errcode(persister.Run(DeleteAlias(persister.call(), remove)).status()), "M_FORBIDDEN");
  remove.mutable_requester()->set_user_id(kAlice);
  EXPECT_TRUE(persister.Run(DeleteAlias(persister.call(), remove)).ok());
  EXPECT_EQ(Errcode(persister.Run(DeleteAlias(persister.call(), remove)).status()), "M_NOT_FOUND");
}

TEST(Receipts, OnlyTheNewestOfAKindIsStored) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  const std::string room = persister.NewRoom();
  std::vector<Task<absl::StatusOr<v1::SendReceiptResponse>>> tasks;
  std::string last;
  for (int i = 0; i < 5; ++i) {
    last = persister.Send(persister.Message(room, kAlice, "x")).value().event_id();
    v1::SendReceiptRequest receipt;
    receipt.set_room_id(room);
    receipt.mutable_requester()->set_user_id(kAlice);
    receipt.set_receipt_type("m.read");
    receipt.set_event_id(last);
    tasks.push_back(SendReceipt(persister.call(), receipt));
  }
  for (const auto& answer : persister.RunTogether(std::move(tasks))) EXPECT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(Count(test, "receipt"), 1);
  EXPECT_EQ(test.Sql("SELECT event_id FROM receipt")[0][0].as<std::string>(), last);
}

TEST(Forget, WorksAfterLeavingAndIsUndoneByJoining) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  v1::ForgetRoomRequest forget;
  forget.set_room_id(persister.NewRoom());
  forget.mutable_requester()->set_user_id(kBob);
  ASSERT_TRUE(persister.Send(persister.Member(forget.room_id(), kBob, kBob, "join")).ok());
  EXPECT_EQ(Errcode(persister.Run(ForgetRoom(persister.call(), forget)).status()), "M_UNKNOWN");
  ASSERT_TRUE(persister.Send(persister.Member(forget.room_id(), kBob, kBob, "leave")).ok());
  EXPECT_TRUE(persister.Run(ForgetRoom(persister.call(), forget)).ok());
  EXPECT_EQ(Count(test, "membership WHERE forgotten"), 1);
  ASSERT_TRUE(persister.Send(persister.Member(forget.room_id(), kBob, kBob, "join")).ok());
  EXPECT_EQ(Count(test, "membership WHERE forgotten"), 0);
}

}  // namespace
}  // namespace plexus::event_persister
