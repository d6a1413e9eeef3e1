// The room role with event_persister behind it, on a test's database; of account only what room calls, in memory.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/json/parse.h"
#include "common/platform/tenant_set.h"
#include "common/rpc/call.h"
#include "common/rpc/in_process_channel.h"
#include "common/rpc/registry.h"
#include "plexus/room/v1/room_service.rpc.h"
#include "services/event_persister/testing/persister_fixture.h"
#include "services/room/room_tenant.h"

namespace plexus::room::testing {

using Rooms = v1::RoomService;

inline constexpr char kServer[] = "example.org";
inline constexpr char kAlice[] = "@alice:example.org";
inline constexpr char kBob[] = "@bob:example.org";
inline constexpr char kCarol[] = "@carol:example.org";

// The answer of an RPC: the body, or the Matrix error's code.
struct Answer {
  std::string text;
  std::string errcode;  // empty: success
  int http_status = 200;
  json::Object json() const { return json::ParseObject(text).value_or(json::Object()); }
};

class RoomFixture {
 public:
  RoomFixture(storage::Database& database, storage::SchemaName schema);

  // Calls the RPC for that user.
  template <typename Req, typename Res>
  Answer Ask(const rpc::Method<Req, Res>& method, const std::string& user_id, Req request) {
    request.mutable_requester()->set_user_id(user_id);
    request.mutable_requester()->set_device_id("DEVICE");
    return AskAnybody(method, std::move(request));
  }
  // For RPCs without a requester.
  template <typename Req, typename Res>
  Answer AskAnybody(const rpc::Method<Req, Res>& method, Req request) {
    absl::StatusOr<Res> response = persister_.Run(rpc::Call(channel_, ContextOfTest(), method, std::move(request)));
    if (!response.ok()) return Refused(response.status());
    return {response->body_json(), "", 200};
  }

  // Shorthands; what they do must succeed.
  std::string CreateRoom(const std::string& user_id, const std::string& body = R"({"preset":"public_chat"})");
  std::string SendMessage(const std::string& room_id, const std::string& user_id, const std::string& text,
                          const std::string& txn_id = "");
  void SetState(const std::string& room_id, const std::string& user_id, const std::string& type,
                const std::string& content);

  // Shorthands for requests of one kind.
  Answer Join(const std::string& room_id_or_alias, const std::string& user_id);
  Answer Leave(const std::string& room_id, const std::string& user_id);
  Answer Messages(const std::string& room_id, const std::string& user_id, const std::string& dir,
                  const std::string& from = "", int64_t limit = -1, const std::string& filter = "");
  Answer State(const std::string& room_id, const std::string& user_id, const std::string& type,
               const std::string& state_key = "");
  // The current membership according to GET /members, as `asked_by` sees it; empty: none.
  std::string MembershipOf(const std::string& room_id, const std::string& asked_by, const std::string& user_id);

  // Of every call from now on.
  std::string request_id;
  // user id -> displayname, as account has it.
  std::map<std::string, std::string> profiles;
  // "user room type" -> body, of SetAccountData by the server.
  std::map<std::string, std::string> account_data;

  event_persister::testing::PersisterFixture& persister() { return persister_; }

 private:
  rpc::Context ContextOfTest() const;
  static Answer Refused(const absl::Status& status);
  void RegisterAccount();

  event_persister::testing::PersisterFixture persister_;
  rpc::Registry registry_;
  rpc::InProcessChannel channel_;
};

// The bodies of the messages in an array of events, in order.
std::vector<std::string> Bodies(const json::Object& answer, std::string_view array);

}  // namespace plexus::room::testing

// Declares `name` as a RoomFixture, or skips the test.
#define PLEXUS_ROOM_FIXTURE(name)  \
  PLEXUS_TEST_DATABASE(name##_db); \
  ::plexus::room::testing::RoomFixture name(name##_db.database(), name##_db.schema())
