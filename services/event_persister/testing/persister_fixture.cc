#include "services/event_persister/testing/persister_fixture.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace plexus::event_persister::testing {
namespace {

common::v1::Requester RequesterOf(const std::string& user_id) {
  common::v1::Requester requester;
  requester.set_user_id(user_id);
  requester.set_device_id("DEVICE");
  return requester;
}

void AddState(v1::CreateRoomRequest& request, const std::string& type, const std::string& key,
              const std::string& content) {
  v1::NewEvent& event = *request.add_events();
  event.set_type(type);
  event.set_state_key(key);
  event.set_content_json(content);
}

}  // namespace

PersisterFixture::PersisterFixture(storage::Database& database, storage::SchemaName schema, int shards,
                                   const Clock& clock)
    : work_(io_.get_executor()),
      data_(std::make_shared<FakeTenantData>(database, std::move(schema), shards, io_.get_executor())) {
  auto tenant = std::make_shared<platform::Tenant>();
  tenant->config.server_name = "example.org";
  tenant->signing_key = std::make_shared<matrix::SigningKey>(matrix::SigningKey::Generate());
  tenant->data = data_;
  persister_ = std::make_shared<TenantPersister>(tenant, clock, std::make_shared<RoomBudget>(64 << 20));
  persister_->Open();
  thread_ = std::thread([this] { io_.run(); });
  boost::asio::co_spawn(io_, data_->TakeAll(), boost::asio::use_future).get();
}

PersisterFixture::~PersisterFixture() {
  boost::asio::co_spawn(io_, persister_->Close(), boost::asio::use_future).get();
  work_.reset();
  io_.stop();
  thread_.join();
}

v1::CreateRoomRequest PersisterFixture::BuildRoom(const std::string& version, const std::string& alias) {
  v1::BuildCreateEventRequest build;
  *build.mutable_requester() = RequesterOf(kAlice);
  build.set_room_version(version);
  absl::StatusOr<v1::BuildCreateEventResponse> built = Run(BuildCreateEvent(call(), build));
  v1::CreateRoomRequest request;
  *request.mutable_requester() = RequesterOf(kAlice);
  request.set_room_id(built.value().room_id());
  request.set_create_event_json(built->create_event_json());
  request.set_room_version(version);
  request.set_alias(alias);
  AddState(request, "m.room.member", kAlice, R"({"membership":"join"})");
  const bool creators_outrank = version == "12";
  AddState(request, "m.room.power_levels", "",
           creators_outrank ? R"({"users":{}})" : absl::StrCat(R"({"users":{")", kAlice, R"(":100}})"));
  AddState(request, "m.room.join_rules", "", R"({"join_rule":"public"})");
  AddState(request, "m.room.history_visibility", "", R"({"history_visibility":"shared"})");
  return request;
}

absl::StatusOr<v1::CreateRoomResponse> PersisterFixture::CreateRoom(const std::string& version,
                                                                    const std::string& alias) {
  v1::CreateRoomRequest request = BuildRoom(version, alias);
  return Run(event_persister::CreateRoom(call(), std::move(request)));
}

std::string PersisterFixture::NewRoom(const std::string& version) { return CreateRoom(version).value().room_id(); }

v1::SendEventRequest PersisterFixture::Message(const std::string& room_id, const std::string& user_id,
                                               const std::string& body, const std::string& txn_id) {
  v1::SendEventRequest request;
  request.set_room_id(room_id);
  *request.mutable_requester() = RequesterOf(user_id);
  request.set_type("m.room.message");
  request.set_body_json(absl::StrCat(R"({"msgtype":"m.text","body":")", body, R"("})"));
  request.set_txn_id(txn_id);
  return request;
}

v1::SendEventRequest PersisterFixture::State(const std::string& room_id, const std::string& user_id,
                                             const std::string& type, const std::string& state_key,
                                             const std::string& content) {
  v1::SendEventRequest request;
  request.set_room_id(room_id);
  *request.mutable_requester() = RequesterOf(user_id);
  request.set_type(type);
  request.set_state_key(state_key);
  request.set_body_json(content);
  return request;
}

v1::SendEventRequest PersisterFixture::Member(const std::string& room_id, const std::string& sender,
                                              const std::string& target, const std::string& membership) {
  return State(room_id, sender, "m.room.member", target, absl::StrCat(R"({"membership":")", membership, R"("})"));
}

}  // namespace plexus::event_persister::testing
