#include "tests/sync/sync_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/bus/log_batch.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "common/rpc/shard_of.h"

namespace plexus::sync::testing {
namespace {

constexpr char kServer[] = "example.org";

Task<Answer> Ask(std::shared_ptr<SyncTenant> tenant, rpc::Context context, v1::SyncRequest request) {
  absl::StatusOr<v1::SyncResponse> response = co_await Sync(tenant, context, request);
  Answer answer;
  if (response.ok()) answer.text = response->body_json();
  if (!response.ok()) answer.errcode = FromStatus(response.status()).errcode + " " + response.status().ToString();
  co_return answer;
}

}  // namespace

json::Object Answer::json() const {
  absl::StatusOr<json::Object> object = json::ParseObject(text);
  EXPECT_TRUE(object.ok()) << errcode << text;
  return object.value_or(json::Object());
}

std::string Answer::next() const { return std::string(json::GetString(json(), "next_batch").value_or("")); }

json::Value Answer::At(std::vector<std::string> path) const {
  json::Value value = json();
  for (const std::string& key : path) {
    if (!value.is_object()) return nullptr;
    const json::Value* member = json::Find(value.as_object(), key);
    if (member == nullptr) return nullptr;
    value = json::Value(*member);
  }
  return value;
}

json::Object Answer::Room(const std::string& section, const std::string& room_id) const {
  json::Value room = At({"rooms", section, room_id});
  return room.is_object() ? room.as_object() : json::Object();
}

std::vector<std::string> Answer::Bodies(const std::string& room_id, const std::string& section) const {
  std::vector<std::string> bodies;
  const json::Value events = At({"rooms", section, room_id, "timeline", "events"});
  if (!events.is_array()) return bodies;
  for (const json::Value& event : events.as_array()) {
    const json::Object* content = json::GetObject(event.as_object(), "content");
    if (auto body = json::GetString(*content, "body")) bodies.emplace_back(*body);
  }
  return bodies;
}

std::vector<std::string> Answer::State(const std::string& room_id, const std::string& section) const {
  std::vector<std::string> state;
  const json::Value events = At({"rooms", section, room_id, "state", "events"});
  if (!events.is_array()) return state;
  for (const json::Value& event : events.as_array()) {
    state.push_back(absl::StrCat(std::string(*json::GetString(event.as_object(), "type")), "|",
                                 std::string(*json::GetString(event.as_object(), "state_key"))));
  }
  std::sort(state.begin(), state.end());
  return state;
}

SyncFixture::SyncFixture(storage::testing::TestDatabase& database)
    : database_(database),
      persister_(database.database(), database.schema()),
      io_(2),
      registry_({io_.Any()}, {}),
      channel_(registry_) {
  Restart();
}

SyncFixture::~SyncFixture() { persister_.Run(tenant_->Close()); }

void SyncFixture::Restart() {
  if (tenant_ != nullptr) persister_.Run(tenant_->Close());
  auto tenant = std::make_shared<platform::Tenant>();
  tenant->config.server_name = kServer;
  // The persister's fixture owns it, and outlives the role.
  tenant->data = std::shared_ptr<platform::TenantData>(std::shared_ptr<void>(), &persister_.data());
  tenant_ = std::make_shared<SyncTenant>(SyncEnv{&RealClock(), &channel_, &io_, {}}, std::move(tenant));
}

v1::SyncRequest SyncFixture::Request(const std::string& user_id, const std::string& since, const std::string& filter) {
  v1::SyncRequest request;
  request.set_user_id(user_id);
  request.mutable_requester()->set_user_id(user_id);
  request.mutable_requester()->set_device_id("DEVICE");
  request.set_since(since);
  request.set_filter(filter);
  return request;
}

Answer SyncFixture::Sync(v1::SyncRequest request) { return Poll(std::move(request), 0).get(); }

std::future<Answer> SyncFixture::Poll(v1::SyncRequest request, int64_t timeout_ms,
                                      std::shared_ptr<Cancellation> cancellation) {
  request.set_timeout(timeout_ms);
  rpc::Context context;
  context.tenant = kServer;
  context.cancellation = std::move(cancellation);
  return boost::asio::co_spawn(io_.Any(), Ask(tenant_, context, std::move(request)), boost::asio::use_future);
}

void SyncFixture::Publish() {
  const auto published = persister_.data().published();
  for (; published_ < published.size(); ++published_) {
    const auto& batch = published[published_];
    bus::PublishLogBatch(persister_.data().bus(), kServer, "room", static_cast<uint32_t>(batch.shard),
                         static_cast<uint64_t>(batch.first), static_cast<uint64_t>(batch.last),
                         batch.batch.SerializeAsString());
  }
}

std::string SyncFixture::NewRoom() {
  const std::string room_id = persister_.NewRoom();
  Publish();
  return room_id;
}

std::string SyncFixture::Say(const std::string& room_id, const std::string& user_id, const std::string& body,
                             const std::string& txn_id) {
  auto request = PersisterFixture::Message(room_id, user_id, body, txn_id);
  auto sent = persister_.Send(request);
  EXPECT_TRUE(sent.ok()) << sent.status();
  Publish();
  return sent.ok() ? sent->event_id() : "";
}

void SyncFixture::Send(event_persister::v1::SendEventRequest request) {
  auto sent = persister_.Send(std::move(request));
  EXPECT_TRUE(sent.ok()) << sent.status();
  Publish();
}

void SyncFixture::SetState(const std::string& room_id, const std::string& user_id, const std::string& type,
                           const std::string& content) {
  Send(PersisterFixture::State(room_id, user_id, type, "", content));
}

void SyncFixture::Member(const std::string& room_id, const std::string& sender, const std::string& target,
                         const std::string& membership) {
  Send(PersisterFixture::Member(room_id, sender, target, membership));
}

void SyncFixture::SetAccountData(const std::string& user_id, const std::string& room_id, const std::string& type,
                                 const std::string& json) {
  const int shard = persister_.data().ShardOf(rpc::ShardKind::kUser, user_id);
  const auto head = database_
                        .Sql(absl::StrCat("UPDATE shard SET head = head + 1 WHERE kind = 2 AND id = ", shard,
                                          " RETURNING head"))[0][0]
                        .as<int64_t>();
  database_.Sql(absl::StrCat("INSERT INTO account_data VALUES ('", user_id, "', '", room_id, "', '", type, "', '", json,
                             "', ", shard, ", ", head,
                             ") ON CONFLICT (user_id, room_id, type) DO UPDATE SET json = excluded.json,"
                             " position = excluded.position"));
  common::v1::UserLogBatch batch;
  batch.set_first_position(head);
  batch.set_last_position(head);
  common::v1::UserLogEntry& entry = *batch.add_entries();
  entry.set_position(head);
  entry.set_user_id(user_id);
  entry.mutable_account_data()->set_room_id(room_id);
  entry.mutable_account_data()->set_type(type);
  entry.mutable_account_data()->set_content_json(json);
  bus::PublishLogBatch(persister_.data().bus(), kServer, "user", static_cast<uint32_t>(shard),
                       static_cast<uint64_t>(head), static_cast<uint64_t>(head), batch.SerializeAsString());
}

void SyncFixture::Typing(const std::string& room_id, int64_t counter, const std::vector<std::string>& user_ids) {
  common::v1::TypingUpdate update;
  update.set_room_id(room_id);
  update.set_epoch(1);
  update.set_counter(counter);
  for (const std::string& user_id : user_ids) update.add_user_ids(user_id);
  const int shard = persister_.data().ShardOf(rpc::ShardKind::kRoom, room_id);
  persister_.data().bus().Publish(persister_.data().TypingChannel(shard), update.SerializeAsString());
}

}  // namespace plexus::sync::testing
