#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "services/account/testing/account_harness.h"

namespace plexus::account::testing {
namespace {

constexpr char kRefreshable[] = R"(,"refresh_token":true)";

std::string Get(const json::Object& body, std::string_view key) {
  return std::string(json::GetString(body, key).value_or(""));
}

TEST(Login, AcceptsEveryWayToNameAUser) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  account.NewUser("alice");
  for (std::string user : {R"("identifier":{"type":"m.id.user","user":"alice"})",
                           R"("identifier":{"type":"m.id.user","user":"@alice:example.org"})",
                           R"("identifier":{"type":"m.id.user","user":"Alice"})", R"("user":"alice")"}) {
    auto body = account.Login(absl::StrCat(R"({"type":"m.login.password","password":"password of alice",)", user, "}"));
    ASSERT_TRUE(body.ok()) << user << body.status();
    EXPECT_EQ(Get(*body, "user_id"), "@alice:example.org");
  }
}

TEST(Login, SaysTheSameOfAWrongPasswordAndOfNobody) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  account.NewUser("alice");
  auto wrong = account.Login(R"({"type":"m.login.password","user":"alice","password":"x"})");
  auto nobody = account.Login(R"({"type":"m.login.password","user":"nobody","password":"x"})");
  auto foreign =
      account.Login(R"({"type":"m.login.password","user":"@alice:else.org","password":"password of alice"})");
  EXPECT_EQ(Errcode(wrong), "M_FORBIDDEN");
  EXPECT_EQ(wrong.status(), nobody.status());
  EXPECT_EQ(wrong.status(), foreign.status());
}

TEST(Login, ChecksItsBody) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  EXPECT_EQ(Errcode(account.Login("{")), "M_NOT_JSON");
  EXPECT_EQ(Errcode(account.Login("[]")), "M_BAD_JSON");
  EXPECT_EQ(Errcode(account.Login("{}")), "M_MISSING_PARAM");
  EXPECT_EQ(Errcode(account.Login(R"({"type":"m.login.magic"})")), "M_UNKNOWN");
  EXPECT_EQ(Errcode(account.Login(R"({"type":"m.login.password","user":"a"})")), "M_MISSING_PARAM");
  EXPECT_EQ(Errcode(account.Login(R"({"type":"m.login.password","password":"a",
      "identifier":{"type":"m.id.thirdparty","medium":"email","address":"a@b"}})")),
            "M_UNKNOWN");
  EXPECT_EQ(Errcode(account.Login(R"({"type":"m.login.password","password":"a","user":"a\u0000b"})")),
            "M_INVALID_PARAM");
}

TEST(Login, OfLockedAndDeactivatedUsersFailsForThoseWhoKnowThePassword) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  account.NewUser("alice");
  const std::string login = R"({"type":"m.login.password","user":"alice","password":"password of alice"})";
  database.Sql("UPDATE account SET is_locked = true");
  EXPECT_EQ(Errcode(account.Login(login)), "M_USER_LOCKED");
  database.Sql("UPDATE account SET deactivated = true");
  EXPECT_EQ(Errcode(account.Login(login)), "M_USER_DEACTIVATED");
}

TEST(Login, ReusingADeviceVoidsItsTokens) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn first = account.NewUser("alice", R"(,"device_id":"D","initial_device_display_name":"Phone")");
  SignedIn second = account.NewSession("alice", R"(,"device_id":"D","initial_device_display_name":"Other")");
  EXPECT_EQ(Errcode(account.Check(first.access_token)), "M_UNKNOWN_TOKEN");
  EXPECT_TRUE(account.Check(second.access_token).ok());
  pqxx::result devices = database.Sql("SELECT display_name FROM device");
  ASSERT_EQ(devices.size(), 1u);
  EXPECT_EQ(devices[0][0].as<std::string>(), "Phone");
}

TEST(Login, ByTokenWorksOnce) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  v1::CreateLoginTokenRequest request;
  *request.mutable_requester() = alice.requester;
  auto challenge = account.Call(S::CreateLoginToken, request);
  ASSERT_FALSE(challenge.ok());
  const std::string session = Get(UiaChallenge(challenge.status()), "session");
  request.set_body_json(absl::StrCat(R"({"auth":{"type":"m.login.password","identifier":{"type":"m.id.user","user":
      "alice"},"password":"password of alice","session":")",
                                     session, "\"}}"));
  auto created = account.Call(S::CreateLoginToken, request);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_FALSE(account.Call(S::CreateLoginToken, request).ok()) << "consent counts once";
  const std::string token = Get(*json::ParseObject(created->body_json()), "login_token");
  const std::string login = absl::StrCat(R"({"type":"m.login.token","token":")", token, "\"}");
  auto body = account.Login(login);
  ASSERT_TRUE(body.ok()) << body.status();
  EXPECT_EQ(Get(*body, "user_id"), "@alice:example.org");
  EXPECT_EQ(Errcode(account.Login(login)), "M_FORBIDDEN");
}

TEST(CheckToken, RefusesGarbageAndTellsWhoIsLockedOrSuspended) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  EXPECT_EQ(Errcode(account.Check("nonsense")), "M_UNKNOWN_TOKEN");
  database.Sql("UPDATE account SET is_locked = true, is_suspended = true");
  auto checked = account.Check(alice.access_token);
  ASSERT_TRUE(checked.ok());
  EXPECT_TRUE(checked->is_locked());
  EXPECT_TRUE(checked->requester().is_suspended());
  database.Sql("UPDATE account SET deactivated = true");
  EXPECT_EQ(Errcode(account.Check(alice.access_token)), "M_UNKNOWN_TOKEN");
}

TEST(CheckToken, RecordsWhenAndWhereADeviceWasSeen) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  account.clock.Advance(absl::Minutes(6));
  v1::CheckTokenRequest request;
  request.set_access_token(alice.access_token);
  request.mutable_client()->set_ip("192.0.2.7");
  ASSERT_TRUE(account.Call(S::CheckToken, request).ok());
  pqxx::result row = database.Sql("SELECT last_seen_ts, last_seen_ip FROM device");
  EXPECT_EQ(row[0][0].as<int64_t>(), account.clock.NowMillis());
  EXPECT_EQ(row[0][1].as<std::string>(), "192.0.2.7");
}

TEST(Refresh, OldTokenWorksUntilTheNewAccessTokenIsUsed) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice", kRefreshable);
  ASSERT_FALSE(alice.refresh_token.empty());
  auto lost = account.Refresh(alice.refresh_token);
  ASSERT_TRUE(lost.ok()) << lost.status();
  EXPECT_EQ(json::GetInt(*lost, "expires_in_ms"), 300'000);
  auto again = account.Refresh(alice.refresh_token);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(Errcode(account.Check(Get(*lost, "access_token"))), "M_UNKNOWN_TOKEN") << "it was replaced";
  EXPECT_EQ(Errcode(account.Refresh(Get(*lost, "refresh_token"))), "M_UNKNOWN_TOKEN");
  auto checked = account.Check(Get(*again, "access_token"));
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->requester().device_id(), alice.device_id);
  EXPECT_EQ(Errcode(account.Refresh(alice.refresh_token)), "M_UNKNOWN_TOKEN");
  EXPECT_TRUE(account.Refresh(Get(*again, "refresh_token")).ok());
}

TEST(Refresh, OldTokenWorksUntilTheNewRefreshTokenIsUsed) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice", kRefreshable);
  auto second = account.Refresh(alice.refresh_token);
  ASSERT_TRUE(second.ok());
  ASSERT_TRUE(account.Refresh(Get(*second, "refresh_token")).ok());
  EXPECT_EQ(Errcode(account.Refresh(alice.refresh_token)), "M_UNKNOWN_TOKEN");
}

TEST(Refresh, AtOnceLeavesOneChain) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice", kRefreshable);
  std::vector<AccountHarness::Pending<v1::RefreshResponse>> attempts;
  for (int i = 0; i < 8; ++i) {
    v1::RefreshRequest request;
    request.set_body_json(absl::StrCat(R"({"refresh_token":")", alice.refresh_token, "\"}"));
    attempts.push_back(account.Start(S::Refresh, request));
  }
  for (auto& attempt : attempts) {
    absl::StatusOr<v1::RefreshResponse> response = attempt.get();
    ASSERT_TRUE(response.ok()) << response.status();
  }
  EXPECT_EQ(database.Sql("SELECT 1 FROM refresh_token").size(), 2u) << "the old one and the last successor";
  EXPECT_EQ(database.Sql("SELECT 1 FROM access_token").size(), 2u);
}

TEST(Refresh, ExpiredAccessTokensLogOutSoftly) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice", kRefreshable);
  account.clock.Advance(absl::Minutes(5));
  auto expired = account.Check(alice.access_token);
  EXPECT_EQ(Errcode(expired), "M_UNKNOWN_TOKEN");
  EXPECT_EQ(CarriedMatrixError(expired.status())->extra_json, R"({"soft_logout":true})");
  auto unknown = account.Check("plx_x");
  EXPECT_EQ(CarriedMatrixError(unknown.status())->extra_json, R"({"soft_logout":false})");
  auto refreshed = account.Refresh(alice.refresh_token);
  ASSERT_TRUE(refreshed.ok()) << refreshed.status();
  EXPECT_TRUE(account.Check(Get(*refreshed, "access_token")).ok());
}

TEST(Refresh, GarbageIsAnUnknownToken) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice", kRefreshable);
  EXPECT_EQ(Errcode(account.Refresh("x")), "M_UNKNOWN_TOKEN");
  EXPECT_EQ(Errcode(account.Refresh(alice.access_token)), "M_UNKNOWN_TOKEN");
}

TEST(Logout, EndsTheDeviceAndItsTokensOnly) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn one = account.NewUser("alice", kRefreshable);
  SignedIn two = account.NewSession("alice");
  v1::LogoutRequest request;
  request.set_user_id(one.user_id);
  *request.mutable_requester() = one.requester;
  ASSERT_TRUE(account.Call(S::Logout, request).ok());
  EXPECT_TRUE(account.Call(S::Logout, request).ok()) << "safe to repeat";
  EXPECT_EQ(Errcode(account.Check(one.access_token)), "M_UNKNOWN_TOKEN");
  EXPECT_EQ(Errcode(account.Refresh(one.refresh_token)), "M_UNKNOWN_TOKEN");
  EXPECT_TRUE(account.Check(two.access_token).ok());
  EXPECT_EQ(database.Sql("SELECT 1 FROM device").size(), 1u);
  const common::v1::UserLogEntry last = account.data().Published().back();
  EXPECT_EQ(last.device_list().device_id(), one.device_id);
  EXPECT_TRUE(last.device_list().deleted());
  EXPECT_TRUE(account.data().PublishedGapless());
}

TEST(LogoutAll, EndsEverySession) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn one = account.NewUser("alice", kRefreshable);
  SignedIn two = account.NewSession("alice");
  SignedIn bob = account.NewUser("bob");
  v1::LogoutAllRequest request;
  request.set_user_id(one.user_id);
  *request.mutable_requester() = one.requester;
  ASSERT_TRUE(account.Call(S::LogoutAll, request).ok());
  EXPECT_EQ(Errcode(account.Check(one.access_token)), "M_UNKNOWN_TOKEN");
  EXPECT_EQ(Errcode(account.Check(two.access_token)), "M_UNKNOWN_TOKEN");
  EXPECT_EQ(Errcode(account.Refresh(one.refresh_token)), "M_UNKNOWN_TOKEN");
  EXPECT_TRUE(account.Check(bob.access_token).ok());
}

v1::DeleteDeviceRequest DeleteOf(const SignedIn& who, const std::string& device_id, const std::string& body = "") {
  v1::DeleteDeviceRequest request;
  request.set_user_id(who.user_id);
  *request.mutable_requester() = who.requester;
  request.set_device_id(device_id);
  request.set_body_json(body);
  return request;
}

std::string PasswordAuth(const std::string& name, const std::string& session) {
  return absl::StrCat(R"({"auth":{"type":"m.login.password","identifier":{"type":"m.id.user","user":")", name,
                      R"("},"password":"password of )", name, R"(","session":")", session, "\"}}");
}

TEST(DeleteDevice, NeedsThePassword) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn one = account.NewUser("alice");
  SignedIn two = account.NewSession("alice");
  auto challenge = account.Call(S::DeleteDevice, DeleteOf(one, two.device_id));
  ASSERT_FALSE(challenge.ok());
  const std::string session = Get(UiaChallenge(challenge.status()), "session");
  std::string wrong = PasswordAuth("alice", session);
  wrong.replace(wrong.find("password of alice"), 17, "password of nobod");
  auto refused = account.Call(S::DeleteDevice, DeleteOf(one, two.device_id, wrong));
  EXPECT_EQ(Errcode(refused), "M_FORBIDDEN");
  EXPECT_EQ(Get(UiaChallenge(refused.status()), "session"), session);
  EXPECT_TRUE(account.Check(two.access_token).ok());
  auto right = DeleteOf(one, two.device_id, PasswordAuth("alice", session));
  EXPECT_TRUE(account.Call(S::DeleteDevice, right).ok());
  EXPECT_EQ(Errcode(account.Check(two.access_token)), "M_UNKNOWN_TOKEN");
  EXPECT_TRUE(account.Call(S::DeleteDevice, right).ok()) << "safe to repeat";
}

TEST(DeleteDevice, SessionsServeTheirUserAndOperationAlone) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  SignedIn tablet = account.NewSession("alice");
  SignedIn mallory = account.NewUser("mallory");
  const std::string session =
      Get(UiaChallenge(account.Call(S::DeleteDevice, DeleteOf(alice, "NOTHERE")).status()), "session");
  ASSERT_TRUE(account.Call(S::DeleteDevice, DeleteOf(alice, "NOTHERE", PasswordAuth("alice", session))).ok());
  const std::string stolen = absl::StrCat(R"({"auth":{"session":")", session, "\"}}");
  // Another user, another device, another endpoint.
  EXPECT_EQ(Errcode(account.Call(S::DeleteDevice, DeleteOf(mallory, "NOTHERE", stolen))), "M_FORBIDDEN");
  EXPECT_EQ(Errcode(account.Call(S::DeleteDevice, DeleteOf(alice, tablet.device_id, stolen))), "M_FORBIDDEN");
  v1::DeleteDevicesRequest bulk;
  bulk.set_user_id(alice.user_id);
  *bulk.mutable_requester() = alice.requester;
  bulk.set_body_json(absl::StrCat(R"({"devices":[")", tablet.device_id, R"("],"auth":{"session":")", session, "\"}}"));
  EXPECT_EQ(Errcode(account.Call(S::DeleteDevices, bulk)), "M_FORBIDDEN");
  // Somebody else's password.
  const std::string open =
      Get(UiaChallenge(account.Call(S::DeleteDevice, DeleteOf(alice, tablet.device_id)).status()), "session");
  auto foreign = account.Call(S::DeleteDevice, DeleteOf(alice, tablet.device_id, PasswordAuth("mallory", open)));
  EXPECT_EQ(Errcode(foreign), "M_FORBIDDEN");
  EXPECT_TRUE(account.Check(tablet.access_token).ok());
}

TEST(DeleteDevices, RemovesAllThatAreNamed) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn one = account.NewUser("alice");
  SignedIn two = account.NewSession("alice");
  SignedIn three = account.NewSession("alice");
  v1::DeleteDevicesRequest request;
  request.set_user_id(one.user_id);
  *request.mutable_requester() = one.requester;
  request.set_body_json(absl::StrCat(R"({"devices":[")", three.device_id, R"(",")", two.device_id, R"(","NONE"],"auth":
      {"type":"m.login.password","user":"alice","password":"password of alice"}})"));
  ASSERT_TRUE(account.Call(S::DeleteDevices, request).ok());
  EXPECT_EQ(Errcode(account.Check(two.access_token)), "M_UNKNOWN_TOKEN");
  EXPECT_EQ(Errcode(account.Check(three.access_token)), "M_UNKNOWN_TOKEN");
  EXPECT_TRUE(account.Check(one.access_token).ok());
  request.set_body_json(R"({"devices":[1]})");
  EXPECT_EQ(Errcode(account.Call(S::DeleteDevices, request)), "M_BAD_JSON");
}

TEST(Devices, AreListedReadAndRenamed) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice", R"(,"device_id":"A","initial_device_display_name":"Phone")");
  account.NewSession("alice", R"(,"device_id":"B")");
  v1::ListDevicesRequest list;
  list.set_user_id(alice.user_id);
  *list.mutable_requester() = alice.requester;
  auto devices = json::ParseObject(account.Call(S::ListDevices, list)->body_json());
  ASSERT_EQ(devices->at("devices").as_array().size(), 2u);
  v1::UpdateDeviceRequest update;
  update.set_user_id(alice.user_id);
  *update.mutable_requester() = alice.requester;
  update.set_device_id("B");
  update.set_body_json(R"({"display_name":"Tablet"})");
  ASSERT_TRUE(account.Call(S::UpdateDevice, update).ok());
  v1::GetDeviceRequest get;
  get.set_user_id(alice.user_id);
  *get.mutable_requester() = alice.requester;
  get.set_device_id("B");
  auto device = json::ParseObject(account.Call(S::GetDevice, get)->body_json());
  EXPECT_EQ(Get(*device, "display_name"), "Tablet");
  EXPECT_EQ(Get(*device, "last_seen_ip"), "192.0.2.1");
  for (const char* missing : {"X", ""}) {
    get.set_device_id(missing);
    EXPECT_EQ(Errcode(account.Call(S::GetDevice, get)), "M_NOT_FOUND");
  }
  update.set_device_id("X");
  EXPECT_EQ(Errcode(account.Call(S::UpdateDevice, update)), "M_NOT_FOUND");
  EXPECT_TRUE(account.data().PublishedGapless());
}

}  // namespace
}  // namespace plexus::account::testing
