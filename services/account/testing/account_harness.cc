#include "services/account/testing/account_harness.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "absl/strings/str_cat.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"

namespace plexus::account::testing {
namespace {

constexpr int kThreads = 3;

std::vector<Executor> Executors(platform::IoThreads& io) {
  std::vector<Executor> executors;
  for (int i = 0; i < io.size(); ++i) executors.push_back(io.context(i).get_executor());
  return executors;
}

}  // namespace

platform::TenantConfig TestTenantConfig() {
  platform::TenantConfig config;
  config.server_name = "example.org";
  config.cheap_password_hashes = true;
  config.registration.enabled = true;
  config.registration.shared_secret = "secret";
  config.turn.uris = {"turn:turn.example.org"};
  config.turn.shared_secret = "turn secret";
  return config;
}

AccountHarness::AccountHarness(storage::testing::TestDatabase& database, platform::TenantConfig config, int user_shards)
    : database_(database),
      io_(kThreads),
      registry_(Executors(io_), {}, clock),
      channel_(registry_),
      bus_({}, io_.Any()),
      data_(std::make_shared<OwnedTenantData>(database, user_shards, io_, bus_, clock)) {
  platform::Process process{};
  process.clock = &clock;
  process.io = &io_;
  process.registry = &registry_;
  process.rpc = &channel_;
  process.bus = &bus_;
  EXPECT_TRUE(role_.Setup(process).ok());
  EXPECT_TRUE(boost::asio::co_spawn(io_.Any(), role_.Start(), boost::asio::use_future).get().ok());
  auto tenant = std::make_shared<platform::Tenant>();
  tenant->config = std::move(config);
  tenant->data = data_;
  EXPECT_TRUE(boost::asio::co_spawn(io_.Any(), role_.OpenTenant(tenant), boost::asio::use_future).get().ok());
  using Request = event_persister::v1::SendEventRequest;
  auto persist = [this](const rpc::Context&, const Request& request) { return PersistTask(this, request); };
  EXPECT_TRUE(registry_.Handle(event_persister::v1::EventPersisterService::SendEvent, persist).ok());
  data_->AcquireAll();
}

AccountHarness::~AccountHarness() {
  boost::asio::co_spawn(io_.Any(), registry_.Drain("", absl::Seconds(10)), boost::asio::use_future).get().IgnoreError();
  boost::asio::co_spawn(io_.Any(), role_.CloseTenant("example.org"), boost::asio::use_future).get();
  boost::asio::co_spawn(io_.Any(), role_.Shutdown(), boost::asio::use_future).get();
  boost::asio::co_spawn(io_.Any(), bus_.Stop(), boost::asio::use_future).get();
}

std::future<rpc::AnyResponse> AccountHarness::StartAny(const rpc::MethodInfo& method,
                                                       std::unique_ptr<rpc::Message> request) {
  rpc::Context context;
  context.tenant = "example.org";
  context = context.WithTimeout(clock, absl::Seconds(30));
  return boost::asio::co_spawn(io_.Any(), channel_.Call(std::move(context), method, std::move(request)),
                               boost::asio::use_future);
}

absl::StatusOr<json::Object> AccountHarness::Register(const std::string& body) {
  v1::RegisterRequest request;
  request.set_body_json(body);
  request.set_kind("user");
  auto response = Call(S::Register, std::move(request));
  if (!response.ok()) return response.status();
  return json::ParseObject(response->body_json());
}

absl::StatusOr<json::Object> AccountHarness::Login(const std::string& body) {
  v1::LoginRequest request;
  request.set_body_json(body);
  request.mutable_client()->set_ip("192.0.2.1");
  auto response = Call(S::Login, std::move(request));
  if (!response.ok()) return response.status();
  return json::ParseObject(response->body_json());
}

absl::StatusOr<json::Object> AccountHarness::Refresh(const std::string& refresh_token) {
  v1::RefreshRequest request;
  request.set_body_json(absl::StrCat(R"({"refresh_token":")", refresh_token, "\"}"));
  auto response = Call(S::Refresh, std::move(request));
  if (!response.ok()) return response.status();
  return json::ParseObject(response->body_json());
}

absl::StatusOr<v1::CheckTokenResponse> AccountHarness::Check(const std::string& access_token) {
  v1::CheckTokenRequest request;
  request.set_access_token(access_token);
  return Call(S::CheckToken, std::move(request));
}

SignedIn AccountHarness::NewUser(const std::string& name, const std::string& more_members) {
  auto body = Register(absl::StrCat(R"({"auth":{"type":"m.login.dummy"},"username":")", name,
                                    R"(","password":"password of )", name, "\"", more_members, "}"));
  EXPECT_TRUE(body.ok()) << body.status();
  return body.ok() ? ToSignedIn(*body) : SignedIn{};
}

SignedIn AccountHarness::NewSession(const std::string& name, const std::string& more_members) {
  auto body = Login(absl::StrCat(R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":")", name,
                                 R"("},"password":"password of )", name, "\"", more_members, "}"));
  EXPECT_TRUE(body.ok()) << body.status();
  return body.ok() ? ToSignedIn(*body) : SignedIn{};
}

SignedIn AccountHarness::ToSignedIn(const json::Object& body) {
  SignedIn result;
  result.user_id = json::GetString(body, "user_id").value_or("");
  result.access_token = json::GetString(body, "access_token").value_or("");
  result.refresh_token = json::GetString(body, "refresh_token").value_or("");
  result.device_id = json::GetString(body, "device_id").value_or("");
  auto checked = Check(result.access_token);
  EXPECT_TRUE(checked.ok()) << checked.status();
  if (checked.ok()) result.requester = checked->requester();
  return result;
}

std::vector<event_persister::v1::SendEventRequest> AccountHarness::SentEvents() const {
  absl::MutexLock lock(&mutex_);
  return sent_;
}

void AccountHarness::SetPersisterAnswer(absl::Status status) {
  absl::MutexLock lock(&mutex_);
  persister_answer_ = std::move(status);
}

absl::StatusOr<event_persister::v1::SendEventResponse> AccountHarness::Persist(
    const event_persister::v1::SendEventRequest& request) {
  absl::MutexLock lock(&mutex_);
  sent_.push_back(request);
  if (!persister_answer_.ok()) return persister_answer_;
  return event_persister::v1::SendEventResponse();
}

Task<absl::StatusOr<event_persister::v1::SendEventResponse>> AccountHarness::PersistTask(
    AccountHarness* self, const event_persister::v1::SendEventRequest& request) {
  co_return self->Persist(request);
}

std::string Errcode(const absl::Status& status) {
  if (status.ok()) return "";
  std::optional<MatrixError> error = CarriedMatrixError(status);
  return error ? error->errcode : "-";
}

json::Object UiaChallenge(const absl::Status& status) {
  std::optional<MatrixError> error = CarriedMatrixError(status);
  EXPECT_TRUE(error && error->http_status == 401) << status;
  return error ? json::ParseObject(error->extra_json).value_or(json::Object()) : json::Object();
}

}  // namespace plexus::account::testing
