// What must hold when leases, connections and processes fail (architecture, sections 3 and 4).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_split.h"
#include "common/base/fault.h"
#include "common/base/matrix_error.h"
#include "common/storage/readers/room_log.h"
#include "common/storage/testing/pg_proxy.h"
#include "common/storage/testing/test_database.h"
#include "services/event_persister/testing/persister_fixture.h"

extern char** environ;

namespace plexus::event_persister {
namespace {

using testing::kAlice;
using testing::PersisterFixture;

int64_t Count(storage::testing::TestDatabase& test, const std::string& sql) {
  return test.Sql("SELECT count(*) FROM " + sql)[0][0].as<int64_t>();
}

// Every position up to its head is an event's, and every event's parents, body and state are there.
void ExpectConsistent(storage::testing::TestDatabase& test) {
  EXPECT_EQ(test.Sql("SELECT coalesce(sum(head), 0) FROM shard WHERE kind = 1")[0][0].as<int64_t>(),
            Count(test, "event WHERE position IS NOT NULL"));
  EXPECT_EQ(Count(test,
                  "(SELECT max(position) AS last, count(*) AS all FROM event GROUP BY event_nid & 255) s "
                  "WHERE last <> \"all\""),
            0);
  EXPECT_EQ(Count(test, "event e LEFT JOIN event_body b USING (event_nid) WHERE b IS NULL"), 0);
  EXPECT_EQ(Count(test, "event_edge d LEFT JOIN event e ON e.event_nid = d.parent_nid WHERE e IS NULL"), 0);
  EXPECT_EQ(Count(test, "forward_extremity"), Count(test, "room"));
}

TEST(Leases, AStaleOwnerWritesNothingAndAcknowledgesNothing) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  const std::string room = persister.NewRoom();
  const int64_t events = Count(test, "event");
  persister.data().StealSilently(persister.data().ShardOf(rpc::ShardKind::kRoom, room));
  const absl::Status status = persister.Send(persister.Message(room, kAlice, "stale")).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(Count(test, "event"), events);
}

TEST(Leases, AnExceptionWhileCommittingGivesTheShardUp) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  const std::string room = persister.NewRoom();
  const int shard = persister.data().ShardOf(rpc::ShardKind::kRoom, room);
  ArmFault("background.committer", {.kind = FaultAction::Kind::kThrow, .count = 1});
  std::vector<Task<absl::StatusOr<v1::SendEventResponse>>> tasks;
  for (const char* txn : {"first", "second"}) {
    tasks.push_back(SendEvent(persister.call(), persister.Message(room, kAlice, txn, txn)));
  }
  for (const auto& answer : persister.RunTogether(std::move(tasks))) {
    EXPECT_TRUE(absl::IsUnavailable(answer.status())) << answer.status();
  }
  DisarmFaults();
  EXPECT_EQ(persister.data().given_up(), std::vector<int>{shard});
  auto take_again = [](PersisterFixture& persister, int shard) -> Task<bool> {
    co_await persister.data().Lose(shard);
    co_await persister.data().Take(shard);
    co_return true;
  };
  persister.Run(take_again(persister, shard));
  EXPECT_TRUE(persister.Send(persister.Message(room, kAlice, "first", "first")).ok());
  EXPECT_EQ(Count(test, "event WHERE type = 'm.room.message'"), 1);
  ExpectConsistent(test);
}

TEST(Leases, AShardWhoseFenceFailsTakesNoOtherWithIt) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  const std::string stolen = persister.NewRoom();
  const auto shard_of = [&](const std::string& room) { return persister.data().ShardOf(rpc::ShardKind::kRoom, room); };
  std::string kept = persister.NewRoom();
  while (shard_of(kept) == shard_of(stolen)) kept = persister.NewRoom();
  persister.data().StealSilently(shard_of(stolen));
  std::vector<Task<absl::StatusOr<v1::SendEventResponse>>> tasks;
  for (int i = 0; i < 10; ++i) {
    tasks.push_back(SendEvent(persister.call(), persister.Message(i % 2 ? kept : stolen, kAlice, "x")));
  }
  auto answers = persister.RunTogether(std::move(tasks));
  for (size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].ok(), i % 2 == 1) << answers[i].status();
  EXPECT_EQ(Count(test, "event WHERE type = 'm.room.message'"), 5);
  ExpectConsistent(test);
}

TEST(Leases, ADrainAnswersWhatWasAcceptedAndRefusesTheRest) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema());
  const std::string room = persister.NewRoom();
  const int shard = persister.data().ShardOf(rpc::ShardKind::kRoom, room);
  auto send_and_release = [](PersisterFixture& persister, std::string room, int shard) -> Task<bool> {
    rpc::Context context;
    absl::StatusOr<TenantPersister::Seat> seat = co_await persister.persister().Await(context, room);
    absl::StatusOr<std::shared_ptr<HotRoom>> loaded = co_await seat->rooms->Room(room);
    const std::shared_ptr<HotRoom> hot = *loaded;
    EventDraft draft;
    draft.type = "m.room.message";
    draft.sender = kAlice;
    SubmissionPtr submission = seat->rooms->Send(hot, draft).value();
    co_await persister.data().Release(shard);
    co_return submission->done.is_set() && submission->status.ok() && !seat->rooms->Send(hot, draft).ok();
  };
  EXPECT_TRUE(persister.Run(send_and_release(persister, room, shard)));
  EXPECT_EQ(Count(test, "event WHERE type = 'm.room.message'"), 1);
}

TEST(Commits, OfUnknownOutcomeAreStoredOnce) {
  PLEXUS_TEST_DATABASE(test);
  auto proxy = storage::testing::PgProxy::Start(test.connection_string());
  ASSERT_TRUE(proxy.ok()) << proxy.status();
  storage::DatabaseOptions options;
  options.connection_string = (*proxy)->connection_string();
  auto database = storage::Database::Create(options);
  ASSERT_TRUE(database.ok()) << database.status();
  PersisterFixture persister(**database, test.schema());
  const std::string room = persister.NewRoom();
  for (int i = 0; i < 3; ++i) {
    // The message is forwarded and executed; its answer is lost.
    (*proxy)->CutAfter(absl::StrCat("after", i));
    auto after = persister.Send(persister.Message(room, kAlice, absl::StrCat("after", i)));
    EXPECT_TRUE(after.ok()) << after.status();
    (*proxy)->CutBefore(absl::StrCat("before", i));
    auto before = persister.Send(persister.Message(room, kAlice, absl::StrCat("before", i)));
    EXPECT_TRUE(before.ok()) << before.status();
  }
  EXPECT_EQ((*proxy)->cuts(), 6);
  EXPECT_EQ(Count(test, "event WHERE type = 'm.room.message'"), 6);
  ExpectConsistent(test);
}

TEST(Commits, TheLogReadBackIsTheLogThatWasPublished) {
  PLEXUS_TEST_DATABASE(test);
  PersisterFixture persister(test.database(), test.schema(), 4);
  const std::string room = persister.NewRoom();
  const std::string target = persister.Send(persister.Message(room, kAlice, "x", "txn")).value().event_id();
  auto redaction = persister.Message(room, kAlice, "");
  redaction.set_type("m.room.redaction");
  redaction.set_redacts(target);
  ASSERT_TRUE(persister.Send(redaction).ok());
  for (const char* topic : {"a", "b"}) {
    const std::string content = absl::StrCat(R"({"topic":")", topic, R"("})");
    ASSERT_TRUE(persister.Send(persister.State(room, kAlice, "m.room.topic", "", content)).ok());
  }
  common::v1::RoomLogBatch published;
  for (const auto& batch : persister.data().published()) published.mutable_entries()->MergeFrom(batch.batch.entries());
  const int shard = persister.data().ShardOf(rpc::ShardKind::kRoom, room);
  auto read = [shard](storage::Session& session) { return storage::ReadRoomLog(session, shard, 0, 1000); };
  auto stored = test.database().RunBlocking(test.schema(), read);
  ASSERT_TRUE(stored.ok()) << stored.status();
  ASSERT_EQ(stored->entries_size(), published.entries_size());
  for (int i = 0; i < stored->entries_size(); ++i) {
    common::v1::RoomLogEntry was = published.entries(i), is = stored->entries(i);
    if (is.event().event_id() == target) was.mutable_event()->set_event_json(is.event().event_json());  // redacted
    EXPECT_EQ(is.SerializeAsString(), was.SerializeAsString()) << is.DebugString() << was.DebugString();
  }
}

constexpr char kChildDatabase[] = "PLEXUS_TEST_CHILD_DATABASE";
constexpr char kChildSchema[] = "PLEXUS_TEST_CHILD_SCHEMA";

// Not a test of its own: what the next one starts as another process.
TEST(Kills, ChildSendsUntilItIsKilled) {
  if (std::getenv(kChildDatabase) == nullptr)
    GTEST_SKIP() << "only run by AcknowledgedEventsSurviveThemAndLogsStayGapless";
  storage::DatabaseOptions options;
  options.connection_string = std::getenv(kChildDatabase);
  auto database = storage::Database::Create(options);
  PersisterFixture persister(**database, storage::SchemaName::Parse(std::getenv(kChildSchema)).value());
  std::vector<std::string> rooms;
  for (int i = 0; i < 4; ++i) rooms.push_back(persister.NewRoom());
  for (int round = 0;; ++round) {
    std::vector<Task<absl::StatusOr<v1::SendEventResponse>>> tasks;
    for (int i = 0; i < 16; ++i) {
      tasks.push_back(
          SendEvent(persister.call(), persister.Message(rooms[i % 4], kAlice, "x", absl::StrCat(round, i))));
    }
    for (const auto& answer : persister.RunTogether(std::move(tasks))) {
      if (answer.ok()) dprintf(3, "%s\n", answer->event_id().c_str());
    }
  }
}

// Runs the child for so long and kills it; the event ids that it acknowledged.
std::set<std::string> RunAndKill(storage::testing::TestDatabase& test, int acknowledged_lines) {
  setenv(kChildDatabase, test.connection_string().c_str(), 1);
  setenv(kChildSchema, test.schema().name().c_str(), 1);
  int pipes[2];
  EXPECT_EQ(pipe2(pipes, O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipes[1], 3);
  std::string filter = "--gtest_filter=Kills.ChildSendsUntilItIsKilled";
  std::string self = "/proc/self/exe";
  char* arguments[] = {self.data(), filter.data(), nullptr};
  pid_t child = 0;
  EXPECT_EQ(posix_spawn(&child, self.c_str(), &actions, nullptr, arguments, environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  close(pipes[1]);
  std::string text;
  char buffer[4096];
  while (std::count(text.begin(), text.end(), '\n') < acknowledged_lines) {
    const ssize_t got = read(pipes[0], buffer, sizeof buffer);
    if (got <= 0) break;
    text.append(buffer, static_cast<size_t>(got));
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  for (ssize_t got; (got = read(pipes[0], buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<size_t>(got));
  close(pipes[0]);
  unsetenv(kChildDatabase);
  unsetenv(kChildSchema);
  std::vector<std::string> lines = absl::StrSplit(text.substr(0, text.rfind('\n')), '\n');
  return {lines.begin(), lines.end()};
}

TEST(Kills, AcknowledgedEventsSurviveThemAndLogsStayGapless) {
  PLEXUS_TEST_DATABASE(test);
  for (int lines : {50, 133}) {
    const std::set<std::string> acknowledged = RunAndKill(test, lines);
    ASSERT_GE(static_cast<int>(acknowledged.size()), lines);
    std::set<std::string> stored;
    for (const pqxx::row& row : test.Sql("SELECT event_id FROM event")) stored.insert(row[0].as<std::string>());
    for (const std::string& id : acknowledged) EXPECT_TRUE(stored.contains(id)) << id;
    ExpectConsistent(test);
  }
}

}  // namespace
}  // namespace plexus::event_persister
