#include "tests/room/room_fixture.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "services/event_persister/handlers/registration.h"
#include "services/room/handlers/registration.h"

namespace plexus::room::testing {
namespace {

using account::v1::AccountService;

Task<absl::StatusOr<account::v1::GetProfileResponse>> AnswerProfile(RoomFixture* fixture,
                                                                    account::v1::GetProfileRequest request) {
  auto found = fixture->profiles.find(request.user_id());
  if (found == fixture->profiles.end()) co_return errors::NotFound("no such user");
  const json::Object body{{"displayname", found->second}};
  account::v1::GetProfileResponse response;
  response.set_body_json(json::Serialize(body));
  co_return response;
}

Task<absl::StatusOr<account::v1::SetAccountDataResponse>> StoreAccountData(RoomFixture* fixture,
                                                                           account::v1::SetAccountDataRequest request) {
  if (!request.server_managed()) co_return errors::Forbidden("not by the server");
  fixture->account_data[absl::StrCat(request.user_id(), " ", request.room_id(), " ", request.type())] =
      request.body_json();
  co_return account::v1::SetAccountDataResponse();
}

}  // namespace

RoomFixture::RoomFixture(storage::Database& database, storage::SchemaName schema)
    : persister_(database, std::move(schema)),
      registry_({persister_.data().ShardExecutor(rpc::ShardKind::kRoom, 0)}, {}),
      channel_(registry_) {
  const Executor executor = persister_.data().ShardExecutor(rpc::ShardKind::kRoom, 0);
  auto persisters = std::make_shared<platform::TenantSet<event_persister::TenantPersister>>();
  persisters->Add(kServer, persister_.call().tenant);
  EXPECT_TRUE(event_persister::RegisterHandlers(registry_, persisters, [executor] { return executor; }).ok());

  auto tenant = std::make_shared<platform::Tenant>();
  tenant->config.server_name = kServer;
  // The persister's fixture owns it, and outlives the role.
  tenant->data = std::shared_ptr<platform::TenantData>(std::shared_ptr<void>(), &persister_.data());
  auto opened = std::make_shared<RoomTenant>();
  opened->env = {&RealClock(), &channel_};
  opened->tenant = std::move(tenant);
  auto rooms = std::make_shared<platform::TenantSet<RoomTenant>>();
  rooms->Add(kServer, std::move(opened));
  EXPECT_TRUE(RegisterHandlers(registry_, rooms).ok());
  RegisterAccount();
}

void RoomFixture::RegisterAccount() {
  auto profile = [this](const rpc::Context&, const account::v1::GetProfileRequest& request) {
    return AnswerProfile(this, request);
  };
  auto store = [this](const rpc::Context&, const account::v1::SetAccountDataRequest& request) {
    return StoreAccountData(this, request);
  };
  EXPECT_TRUE(registry_.Handle(AccountService::GetProfile, profile).ok());
  EXPECT_TRUE(registry_.Handle(AccountService::SetAccountData, store).ok());
}

rpc::Context RoomFixture::ContextOfTest() const {
  rpc::Context context;
  context.request_id = request_id;
  context.tenant = kServer;
  return context.WithTimeout(RealClock(), absl::Seconds(60));
}

Answer RoomFixture::Refused(const absl::Status& status) {
  const MatrixError error = FromStatus(status);
  return {std::string(status.message()), error.errcode, error.http_status};
}

std::string RoomFixture::CreateRoom(const std::string& user_id, const std::string& body) {
  v1::CreateRoomRequest request;
  request.set_body_json(body);
  const Answer answer = Ask(Rooms::CreateRoom, user_id, request);
  EXPECT_EQ(answer.errcode, "") << answer.text;
  return std::string(json::GetString(answer.json(), "room_id").value_or(""));
}

std::string RoomFixture::SendMessage(const std::string& room_id, const std::string& user_id, const std::string& text,
                                     const std::string& txn_id) {
  auto sent = persister_.Send(event_persister::testing::PersisterFixture::Message(room_id, user_id, text, txn_id));
  EXPECT_TRUE(sent.ok()) << sent.status();
  return sent.ok() ? sent->event_id() : "";
}

void RoomFixture::SetState(const std::string& room_id, const std::string& user_id, const std::string& type,
                           const std::string& content) {
  v1::SetRoomStateRequest request;
  request.set_room_id(room_id);
  request.set_type(type);
  request.set_body_json(content);
  const Answer answer = Ask(Rooms::SetRoomState, user_id, request);
  EXPECT_EQ(answer.errcode, "") << answer.text;
}

Answer RoomFixture::Join(const std::string& room_id_or_alias, const std::string& user_id) {
  v1::JoinRoomRequest request;
  request.set_room_id_or_alias(room_id_or_alias);
  return Ask(Rooms::JoinRoom, user_id, request);
}

Answer RoomFixture::Leave(const std::string& room_id, const std::string& user_id) {
  v1::LeaveRoomRequest request;
  request.set_room_id(room_id);
  return Ask(Rooms::LeaveRoom, user_id, request);
}

Answer RoomFixture::Messages(const std::string& room_id, const std::string& user_id, const std::string& dir,
                             const std::string& from, int64_t limit, const std::string& filter) {
  v1::GetMessagesRequest request;
  request.set_room_id(room_id);
  request.set_dir(dir);
  request.set_from(from);
  request.set_limit(limit);
  request.set_filter(filter);
  return Ask(Rooms::GetMessages, user_id, request);
}

Answer RoomFixture::State(const std::string& room_id, const std::string& user_id, const std::string& type,
                          const std::string& state_key) {
  v1::GetRoomStateEventRequest request;
  request.set_room_id(room_id);
  request.set_type(type);
  request.set_state_key(state_key);
  return Ask(Rooms::GetRoomStateEvent, user_id, request);
}

std::string RoomFixture::MembershipOf(const std::string& room_id, const std::string& asked_by,
                                      const std::string& user_id) {
  const Answer answer = State(room_id, asked_by, "m.room.member", user_id);
  return std::string(json::GetString(answer.json(), "membership").value_or(""));
}

std::vector<std::string> Bodies(const json::Object& answer, std::string_view array) {
  std::vector<std::string> bodies;
  const json::Array* events = json::GetArray(answer, array);
  if (events == nullptr) return {"no array"};
  for (const json::Value& event : *events) {
    const json::Object* content = json::GetObject(event.as_object(), "content");
    if (const auto body = json::GetString(*content, "body")) bodies.emplace_back(*body);
  }
  return bodies;
}

}  // namespace plexus::room::testing
