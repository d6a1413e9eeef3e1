#include "services/account/domain/shared_secret.h"

#include <gtest/gtest.h>

#include "common/base/matrix_error.h"
#include "services/account/domain/digest.h"

namespace plexus::account {
namespace {

TEST(HmacSha1, AgreesWithRfc2202) {
  EXPECT_EQ(HexEncode(HmacSha1("Jefe", "what do ya want for nothing?")), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

SharedSecretRequest Signed(bool is_admin, std::string user_type) {
  SharedSecretRequest request;
  request.nonce = "n";
  request.username = "u";
  request.password = "p";
  request.is_admin = is_admin;
  request.user_type = user_type;
  std::string text = std::string("n\0u\0p\0", 6) + (is_admin ? "admin" : "notadmin");
  if (!user_type.empty()) text += std::string("\0", 1) + user_type;
  request.mac = HexEncode(HmacSha1("secret", text));
  return request;
}

TEST(SharedSecret, AcceptsTheMacOfTheWholeRequest) {
  EXPECT_TRUE(MacMatches(Signed(false, ""), "secret"));
  EXPECT_TRUE(MacMatches(Signed(true, "bot"), "secret"));
}

TEST(SharedSecret, RefusesAnythingThatWasChanged) {
  EXPECT_FALSE(MacMatches(Signed(false, ""), "other"));
  SharedSecretRequest request = Signed(false, "");
  request.is_admin = true;
  EXPECT_FALSE(MacMatches(request, "secret"));
  request = Signed(false, "");
  request.user_type = "bot";
  EXPECT_FALSE(MacMatches(request, "secret"));
}

TEST(SharedSecret, WantsNonceUserPasswordAndMac) {
  json::Object body{{"nonce", "n"}, {"username", "u"}, {"password", "p"}, {"mac", "m"}, {"admin", true}};
  ASSERT_TRUE(ParseSharedSecretRequest(body).ok());
  EXPECT_TRUE(ParseSharedSecretRequest(body)->is_admin);
  for (const char* key : {"nonce", "username", "password", "mac"}) {
    json::Object without = body;
    without.erase(key);
    EXPECT_EQ(FromStatus(ParseSharedSecretRequest(without).status()).errcode, "M_MISSING_PARAM") << key;
  }
}

}  // namespace
}  // namespace plexus::account
