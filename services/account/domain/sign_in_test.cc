#include "services/account/domain/sign_in.h"

#include <gtest/gtest.h>

#include "common/base/matrix_error.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "services/account/domain/registration.h"

namespace plexus::account {
namespace {

std::string UserOf(std::string_view body) {
  absl::StatusOr<std::string> user = UserFromBody(*json::ParseObject(body), "x.org");
  return user.ok() ? *user : FromStatus(user.status()).errcode;
}

std::string SessionError(std::string_view body) {
  absl::StatusOr<v1::NewSession> session = SessionFromBody(*json::ParseObject(body));
  return session.ok() ? "" : FromStatus(session.status()).errcode;
}

TEST(SignIn, UsersAreNamedInWholeOrByLocalpart) {
  EXPECT_EQ(UserOf(R"({"user":"a"})"), "@a:x.org");
  EXPECT_EQ(UserOf(R"({"identifier":{"type":"m.id.user","user":"@A:y.org:80"}})"), "@a:y.org:80");
  EXPECT_EQ(UserOf(R"({"identifier":{"type":"m.id.phone"}})"), "M_UNKNOWN");
  EXPECT_EQ(UserOf(R"({"identifier":{"type":"m.id.user"}})"), "M_MISSING_PARAM");
  EXPECT_EQ(UserOf(R"({"identifier":"a"})"), "M_BAD_JSON");
  EXPECT_EQ(UserOf("{}"), "M_MISSING_PARAM");
}

TEST(SignIn, DevicesAreChecked) {
  EXPECT_EQ(SessionError(R"({"device_id":"D","initial_device_display_name":"x","refresh_token":true})"), "");
  EXPECT_EQ(SessionError(R"({"device_id":1})"), "M_BAD_JSON");
  EXPECT_EQ(SessionError(R"({"device_id":"a\nb"})"), "M_INVALID_PARAM");
  EXPECT_EQ(SessionError("{\"device_id\":\"" + std::string(256, 'a') + "\"}"), "M_INVALID_PARAM");
  EXPECT_EQ(SessionError("{\"initial_device_display_name\":\"" + std::string(513, 'a') + "\"}"), "M_INVALID_PARAM");
}

TEST(SignIn, AnswersCarryWhatWasIssued) {
  v1::SessionTokens tokens;
  EXPECT_EQ(SignedInBody("@a:x.org", tokens), R"({"user_id":"@a:x.org","home_server":"x.org"})");
  tokens.set_device_id("D");
  tokens.set_access_token("t");
  EXPECT_EQ(SignedInBody("@a:x.org", tokens, "https://x.org"),
            R"({"user_id":"@a:x.org","home_server":"x.org","device_id":"D","access_token":"t",)"
            R"("well_known":{"m.homeserver":{"base_url":"https://x.org"}}})");
  tokens.set_refresh_token("r");
  tokens.set_expires_in_ms(5);
  EXPECT_EQ(SignedInBody("@a:x.org", tokens),
            R"({"user_id":"@a:x.org","home_server":"x.org","device_id":"D","access_token":"t","refresh_token":"r",)"
            R"("expires_in_ms":5})");
}

TEST(Registration, FlowsFollowTheConfiguration) {
  platform::RegistrationConfig config;
  EXPECT_EQ(FromStatus(RegistrationFlows(config).status()).errcode, "M_FORBIDDEN");
  config.enabled = true;
  EXPECT_EQ(*RegistrationFlows(config), (UiaFlows{{"m.login.dummy"}}));
  config.require_token = true;
  EXPECT_EQ(*RegistrationFlows(config), (UiaFlows{{"m.login.registration_token"}}));
}

}  // namespace
}  // namespace plexus::account
