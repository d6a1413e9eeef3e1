#include "services/account/domain/profile.h"

#include <gtest/gtest.h>

#include "common/base/matrix_error.h"
#include "common/json/canonical.h"

namespace plexus::account {
namespace {

std::string Errcode(const absl::Status& status) { return status.ok() ? "" : FromStatus(status).errcode; }

TEST(Profile, KeysFollowTheGrammar) {
  for (std::string_view key : {"displayname", "avatar_url", "m.tz", "org.example.a_b", "com.example-x.y"}) {
    EXPECT_EQ(Errcode(CheckProfileKey(key)), "") << key;
  }
  for (std::string_view key : {"", "tz", "Org.example", "1.x", "a.B", "a. b", "a.ä"}) {
    EXPECT_EQ(Errcode(CheckProfileKey(key)), "M_INVALID_PARAM") << key;
  }
  EXPECT_EQ(Errcode(CheckProfileKey("a." + std::string(254, 'b'))), "M_KEY_TOO_LARGE");
  EXPECT_EQ(Errcode(CheckProfileKey("a." + std::string(253, 'b'))), "");
}

TEST(Profile, FieldsAreSetReadAndRemoved) {
  Profile profile;
  ASSERT_TRUE(SetField(profile, "displayname", "Alice").ok());
  ASSERT_TRUE(SetField(profile, "avatar_url", "mxc://example.org/a").ok());
  ASSERT_TRUE(SetField(profile, "org.example.x", json::Array{1}).ok());
  EXPECT_EQ(json::Serialize(*ProfileFieldBody(profile, "org.example.x")), R"({"org.example.x":[1]})");
  EXPECT_EQ(ProfileBody(profile).size(), 3u);
  RemoveField(profile, "org.example.x");
  EXPECT_FALSE(ProfileFieldBody(profile, "org.example.x"));
  ASSERT_TRUE(SetField(profile, "avatar_url", "").ok());
  EXPECT_FALSE(profile.avatar_url);
  ASSERT_TRUE(SetField(profile, "displayname", nullptr).ok());
  EXPECT_EQ(json::Serialize(ProfileBody(profile)), "{}");
}

TEST(Profile, TypesAreChecked) {
  Profile profile;
  EXPECT_EQ(Errcode(SetField(profile, "displayname", 1)), "M_BAD_JSON");
  EXPECT_EQ(Errcode(SetField(profile, "avatar_url", json::Object())), "M_BAD_JSON");
  EXPECT_EQ(Errcode(SetField(profile, "avatar_url", "https://example.org/a")), "M_INVALID_PARAM");
  EXPECT_EQ(Errcode(SetField(profile, "m.tz", 1)), "M_BAD_JSON");
  EXPECT_EQ(Errcode(SetField(profile, "displayname", json::String(1025, 'a'))), "M_INVALID_PARAM");
}

TEST(Profile, StaysUnder64KiBAsAWhole) {
  Profile profile;
  ASSERT_TRUE(SetField(profile, "org.example.a", json::String(40'000, 'a')).ok());
  EXPECT_EQ(Errcode(SetField(profile, "org.example.b", json::String(30'000, 'b'))), "M_PROFILE_TOO_LARGE");
  EXPECT_FALSE(profile.fields.contains("org.example.b"));
  EXPECT_TRUE(SetField(profile, "org.example.a", json::String(60'000, 'a')).ok());
}

TEST(Profile, MissingMemberOfTheBody) {
  EXPECT_EQ(Errcode(ProfileValueOf({{"avatar_url", "x"}}, "displayname").status()), "M_MISSING_PARAM");
}

}  // namespace
}  // namespace plexus::account
