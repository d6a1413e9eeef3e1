// The sync role with event_persister behind it, on a test's database; of account only its rows.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "common/json/value.h"
#include "common/platform/io_threads.h"
#include "common/rpc/in_process_channel.h"
#include "common/rpc/registry.h"
#include "services/event_persister/testing/persister_fixture.h"
#include "services/sync/handlers/handlers.h"

namespace plexus::sync::testing {

using event_persister::testing::kAlice;
using event_persister::testing::kBob;
using event_persister::testing::PersisterFixture;

// The body of an answer, or the error's code.
struct Answer {
  std::string text;
  std::string errcode;

  json::Object json() const;
  std::string next() const;
  // The value at a path of members ("rooms", "join", room id …), null if it is not there.
  json::Value At(std::vector<std::string> path) const;
  // Of a room in a section: its part, {} if it is not there.
  json::Object Room(const std::string& section, const std::string& room_id) const;
  // Bodies of the messages in the timeline of a joined room.
  std::vector<std::string> Bodies(const std::string& room_id, const std::string& section = "join") const;
  // "type|state_key" of a room's state, sorted.
  std::vector<std::string> State(const std::string& room_id, const std::string& section = "join") const;
};

class SyncFixture {
 public:
  explicit SyncFixture(storage::testing::TestDatabase& database);
  ~SyncFixture();

  // A request of the user's device "DEVICE".
  v1::SyncRequest Request(const std::string& user_id, const std::string& since = "", const std::string& filter = "");
  Answer Sync(v1::SyncRequest request);
  Answer Sync(const std::string& user_id, const std::string& since = "", const std::string& filter = "") {
    return Sync(Request(user_id, since, filter));
  }
  // The answer to a poll of up to `timeout_ms`, which may be cancelled.
  std::future<Answer> Poll(v1::SyncRequest request, int64_t timeout_ms,
                           std::shared_ptr<Cancellation> cancellation = std::make_shared<Cancellation>());
  // Replaces the sync copy by one that has just started.
  void Restart();

  // What these do is published as the persister's owner would; it must succeed.
  std::string NewRoom();
  std::string Say(const std::string& room_id, const std::string& user_id, const std::string& body,
                  const std::string& txn_id = "");
  void SetState(const std::string& room_id, const std::string& user_id, const std::string& type,
                const std::string& content);
  void Member(const std::string& room_id, const std::string& sender, const std::string& target,
              const std::string& membership);
  void SetAccountData(const std::string& user_id, const std::string& room_id, const std::string& type,
                      const std::string& json);
  void Typing(const std::string& room_id, int64_t counter, const std::vector<std::string>& user_ids);
  PersisterFixture& persister() { return persister_; }
  // Hands what was committed to the bus.
  void Publish();

 private:
  void Send(event_persister::v1::SendEventRequest request);

  storage::testing::TestDatabase& database_;
  PersisterFixture persister_;
  platform::IoThreads io_;
  rpc::Registry registry_;
  rpc::InProcessChannel channel_;
  std::shared_ptr<SyncTenant> tenant_;
  size_t published_ = 0;
};

}  // namespace plexus::sync::testing

// Declares `name` as a SyncFixture, or skips the test.
#define PLEXUS_SYNC_FIXTURE(name)  \
  PLEXUS_TEST_DATABASE(name##_db); \
  ::plexus::sync::testing::SyncFixture name(name##_db)
