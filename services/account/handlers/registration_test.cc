#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/matrix/push_rules_default.h"
#include "services/account/domain/digest.h"
#include "services/account/storage/uia_sessions.h"
#include "services/account/testing/account_harness.h"

namespace plexus::account::testing {
namespace {

std::string Session(const absl::Status& challenge) {
  return std::string(json::GetString(UiaChallenge(challenge), "session").value_or(""));
}

TEST(Register, AsksForTheDummyStageAndThenSignsIn) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  auto first = account.Register(R"({"username":"alice","password":"pw"})");
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(Errcode(first), "");
  json::Object challenge = UiaChallenge(first.status());
  EXPECT_EQ(json::Serialize(challenge["flows"]), R"([{"stages":["m.login.dummy"]}])");
  auto second = account.Register(absl::StrCat(R"({"username":"alice","password":"pw","device_id":"D","auth":
      {"type":"m.login.dummy","session":")",
                                              Session(first.status()), "\"}}"));
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(json::GetString(*second, "user_id"), "@alice:example.org");
  EXPECT_EQ(json::GetString(*second, "device_id"), "D");
  auto checked = account.Check(std::string(*json::GetString(*second, "access_token")));
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->requester().user_id(), "@alice:example.org");
  EXPECT_EQ(checked->requester().device_id(), "D");
  EXPECT_EQ(checked->expires_at_ms(), 0);
}

TEST(Register, StoresProfileAndPushRulesAndLogsThem) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  pqxx::result rows = database.Sql("SELECT displayname FROM profile");
  EXPECT_EQ(rows[0][0].as<std::string>(), "alice");
  std::vector<common::v1::UserLogEntry> log = account.data().Published();
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[0].account_data().type(), "m.push_rules");
  auto content = json::ParseObject(log[0].account_data().content_json());
  EXPECT_EQ((*content)["global"], json::Value(matrix::DefaultPushRules("@alice:example.org")));
  EXPECT_EQ(log[1].device_list().device_id(), alice.device_id);
  EXPECT_EQ(log[1].position(), log[0].position() + 1);
  EXPECT_TRUE(account.data().PublishedGapless());
}

TEST(Register, ChecksNamesBeforeAuthentication) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  account.NewUser("alice");
  EXPECT_EQ(Errcode(account.Register(R"({"username":"alice","password":"x"})")), "M_USER_IN_USE");
  EXPECT_EQ(Errcode(account.Register(R"({"username":"Ali ce","password":"x"})")), "M_INVALID_USERNAME");
  EXPECT_EQ(Errcode(account.Register(R"({"username":"bob","password":""})")), "M_WEAK_PASSWORD");
  EXPECT_EQ(Errcode(account.Register(R"({"username":1})")), "M_BAD_JSON");
  v1::RegisterAvailableRequest available;
  available.set_username("alice");
  EXPECT_EQ(Errcode(account.Call(S::RegisterAvailable, available)), "M_USER_IN_USE");
  available.set_username("bob");
  EXPECT_EQ(account.Call(S::RegisterAvailable, available)->body_json(), R"({"available":true})");
}

TEST(Register, GeneratesANameAndNeedsAPassword) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  EXPECT_EQ(Errcode(account.Register(R"({"auth":{"type":"m.login.dummy"}})")), "M_MISSING_PARAM");
  auto body = account.Register(R"({"auth":{"type":"m.login.dummy"},"password":"x","inhibit_login":true})");
  ASSERT_TRUE(body.ok()) << body.status();
  EXPECT_EQ(json::GetString(*body, "user_id")->size(), std::string("@abcdefghijkl:example.org").size());
  EXPECT_FALSE(body->contains("access_token"));
}

TEST(Register, IsRefusedWhenSwitchedOffAndForGuests) {
  PLEXUS_TEST_DATABASE(database);
  platform::TenantConfig config = TestTenantConfig();
  config.registration.enabled = false;
  AccountHarness account(database, config);
  EXPECT_EQ(Errcode(account.Register("{}")), "M_FORBIDDEN");
  v1::RegisterRequest guest;
  guest.set_kind("guest");
  EXPECT_EQ(Errcode(account.Call(S::Register, guest)), "M_GUEST_ACCESS_FORBIDDEN");
}

TEST(Register, OfOneNameAtOnceMakesExactlyOneUser) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  std::vector<AccountHarness::Pending<v1::RegisterResponse>> attempts;
  for (int i = 0; i < 12; ++i) {
    v1::RegisterRequest request;
    request.set_body_json(R"({"auth":{"type":"m.login.dummy"},"username":"alice","password":"x"})");
    attempts.push_back(account.Start(S::Register, request));
  }
  int made = 0;
  for (auto& attempt : attempts) {
    absl::StatusOr<v1::RegisterResponse> response = attempt.get();
    if (response.ok()) ++made;
    if (!response.ok()) {
      EXPECT_EQ(Errcode(response), "M_USER_IN_USE");
    }
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(database.Sql("SELECT 1 FROM account").size(), 1u);
  EXPECT_EQ(database.Sql("SELECT 1 FROM device").size(), 1u);
  EXPECT_TRUE(account.data().PublishedGapless());
}

TEST(Register, CanBeFinishedByAnotherCopyAndRepeatedThere) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness one(database);
  const std::string session = Session(one.Register(R"({"username":"alice"})").status());
  AccountHarness other(database);
  const std::string body = absl::StrCat(
      R"({"username":"alice","password":"pw","auth":{"type":"m.login.dummy","session":")", session, "\"}}");
  auto made = other.Register(body);
  ASSERT_TRUE(made.ok()) << made.status();
  // The client did not get the answer and asks again.
  auto again = other.Register(body);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(json::GetString(*again, "user_id"), "@alice:example.org");
  EXPECT_TRUE(other.Check(std::string(*json::GetString(*again, "access_token"))).ok());
  // Only somebody who knows the password, and never for a second user.
  EXPECT_EQ(Errcode(other.Register(
                absl::StrCat(R"({"username":"alice","password":"no","auth":{"session":")", session, "\"}}"))),
            "M_FORBIDDEN");
  const std::string bob = absl::StrCat(R"({"username":"bob","password":"pw","auth":{"session":")", session, "\"}}");
  EXPECT_EQ(Errcode(other.Register(bob)), "M_FORBIDDEN");
  EXPECT_EQ(database.Sql("SELECT 1 FROM account").size(), 1u);
}

platform::TenantConfig WithTokens() {
  platform::TenantConfig config = TestTenantConfig();
  config.registration.require_token = true;
  return config;
}

void AddToken(AccountHarness& account, const std::string& token, int uses) {
  v1::CreateRegistrationTokenRequest request;
  request.set_token(token);
  request.set_uses_allowed(uses);
  ASSERT_TRUE(account.Call(S::CreateRegistrationToken, request).ok());
}

std::string TokenAuth(const std::string& token, const std::string& more = "") {
  return absl::StrCat(R"("auth":{"type":"m.login.registration_token","token":")", token, "\"", more, "}");
}

bool IsValid(AccountHarness& account, const std::string& token) {
  v1::RegistrationTokenValidityRequest request;
  request.set_token(token);
  return account.Call(S::RegistrationTokenValidity, request)->body_json() == R"({"valid":true})";
}

TEST(RegistrationToken, ForOneUseMakesOneUserHoweverManyAsk) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database, WithTokens());
  AddToken(account, "once", 1);
  EXPECT_TRUE(IsValid(account, "once"));
  std::vector<AccountHarness::Pending<v1::RegisterResponse>> attempts;
  for (int i = 0; i < 8; ++i) {
    v1::RegisterRequest request;
    request.set_body_json(absl::StrCat("{\"username\":\"user", i, "\",\"password\":\"x\",", TokenAuth("once"), "}"));
    attempts.push_back(account.Start(S::Register, request));
  }
  int made = 0;
  for (auto& attempt : attempts) {
    absl::StatusOr<v1::RegisterResponse> response = attempt.get();
    if (response.ok()) ++made;
    if (!response.ok()) {
      EXPECT_EQ(Errcode(response), "M_FORBIDDEN");
    }
  }
  EXPECT_EQ(made, 1);
  pqxx::result row = database.Sql("SELECT pending, completed FROM registration_token");
  EXPECT_EQ(row[0][0].as<int>(), 0);
  EXPECT_EQ(row[0][1].as<int>(), 1);
  EXPECT_FALSE(IsValid(account, "once"));
}

TEST(RegistrationToken, ThatIsUnknownCanBeTriedAgainInTheSameSession) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database, WithTokens());
  AddToken(account, "good", 1);
  auto wrong = account.Register(absl::StrCat("{\"username\":\"a\",\"password\":\"x\",", TokenAuth("bad"), "}"));
  EXPECT_EQ(Errcode(wrong), "M_FORBIDDEN");
  const std::string session = absl::StrCat(R"(,"session":")", Session(wrong.status()), "\"");
  EXPECT_FALSE(UiaChallenge(wrong.status()).contains("completed"));
  auto right =
      account.Register(absl::StrCat("{\"username\":\"a\",\"password\":\"x\",", TokenAuth("good", session), "}"));
  EXPECT_TRUE(right.ok()) << right.status();
}

TEST(RegistrationToken, IsGivenBackWhenTheSessionExpires) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database, WithTokens());
  AddToken(account, "once", 1);
  // The stage succeeds, the request does not: there is no password.
  EXPECT_EQ(Errcode(account.Register(absl::StrCat("{\"username\":\"a\",", TokenAuth("once"), "}"))), "M_MISSING_PARAM");
  EXPECT_FALSE(IsValid(account, "once"));
  account.clock.Advance(absl::Hours(2));
  auto sweep = [now = account.clock.NowMillis()](storage::Session& session) {
    return SweepUiaSessions(session, now, 10);
  };
  EXPECT_EQ(*database.database().RunBlocking(database.schema(), sweep), 1);
  EXPECT_TRUE(IsValid(account, "once"));
}

TEST(SharedSecret, RegistersOnceForEachNonce) {
  PLEXUS_TEST_DATABASE(database);
  platform::TenantConfig config = TestTenantConfig();
  config.registration.enabled = false;
  AccountHarness account(database, config);
  auto nonce_body = json::ParseObject(account.Call(S::GetSharedSecretNonce, {})->body_json());
  const std::string nonce(*json::GetString(*nonce_body, "nonce"));
  const std::string mac = HexEncode(HmacSha1("secret", absl::StrCat(nonce, std::string_view("\0root\0pw\0admin", 14))));
  v1::RegisterWithSharedSecretRequest request;
  request.set_body_json(
      absl::StrCat(R"({"username":"root","password":"pw","admin":true,"nonce":")", nonce, R"(","mac":")", mac, "\"}"));
  auto made = account.Call(S::RegisterWithSharedSecret, request);
  ASSERT_TRUE(made.ok()) << made.status();
  auto body = json::ParseObject(made->body_json());
  EXPECT_TRUE(account.Check(std::string(*json::GetString(*body, "access_token")))->requester().is_admin());
  EXPECT_EQ(CarriedMatrixError(account.Call(S::RegisterWithSharedSecret, request).status())->message,
            "Unrecognised nonce");
}

TEST(SharedSecret, RefusesOldNoncesAndWrongMacs) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  for (bool late : {true, false}) {
    auto nonce_body = json::ParseObject(account.Call(S::GetSharedSecretNonce, {})->body_json());
    const std::string nonce(*json::GetString(*nonce_body, "nonce"));
    std::string mac = HexEncode(HmacSha1("secret", absl::StrCat(nonce, std::string_view("\0root\0pw\0notadmin", 17))));
    if (late) account.clock.Advance(absl::Seconds(61));
    if (!late) mac[0] = mac[0] == 'a' ? 'b' : 'a';
    v1::RegisterWithSharedSecretRequest request;
    request.set_body_json(
        absl::StrCat(R"({"username":"root","password":"pw","nonce":")", nonce, R"(","mac":")", mac, "\"}"));
    EXPECT_EQ(Errcode(account.Call(S::RegisterWithSharedSecret, request)), late ? "M_UNKNOWN" : "M_FORBIDDEN");
  }
  EXPECT_EQ(database.Sql("SELECT 1 FROM account").size(), 0u);
}

TEST(CreateUser, IsForToolsAndChecksTheName) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  v1::CreateUserRequest request;
  request.set_user_id("@tool:example.org");
  request.set_password("password of tool");
  EXPECT_TRUE(account.Call(S::CreateUser, request).ok());
  EXPECT_EQ(Errcode(account.Call(S::CreateUser, request)), "M_USER_IN_USE");
  EXPECT_EQ(account.NewSession("tool").user_id, "@tool:example.org");
  request.set_user_id("@tool:elsewhere.org");
  EXPECT_EQ(Errcode(account.Call(S::CreateUser, request)), "M_INVALID_USERNAME");
}

}  // namespace
}  // namespace plexus::account::testing
