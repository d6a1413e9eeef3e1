#include "services/account/domain/member_content.h"

#include <gtest/gtest.h>

#include "common/json/canonical.h"

namespace plexus::account {
namespace {

std::string Changed(std::string_view content, const Profile& profile) {
  auto changed = MemberContentWithProfile("{\"content\":" + std::string(content) + "}", profile);
  if (!changed.ok()) return changed.status().ToString();
  return *changed ? *json::Canonical(**changed) : "unchanged";
}

TEST(MemberContent, TakesTheNewProfileAndKeepsTheRest) {
  Profile profile{"Al", "mxc://x/y", {}};
  EXPECT_EQ(Changed(R"({"membership":"join","displayname":"Old","org.x":1,"reason":"r"})", profile),
            R"({"avatar_url":"mxc://x/y","displayname":"Al","membership":"join","org.x":1})");
  EXPECT_EQ(Changed(R"({"membership":"join","displayname":"Old","join_authorised_via_users_server":"@a:b"})", {}),
            R"({"membership":"join"})");
}

TEST(MemberContent, IsLeftAloneIfItHasTheProfileOrIsNoJoin) {
  Profile profile{"Al", std::nullopt, {}};
  EXPECT_EQ(Changed(R"({"membership":"join","displayname":"Al","reason":"r"})", profile), "unchanged");
  EXPECT_EQ(Changed(R"({"membership":"leave"})", profile), "unchanged");
}

}  // namespace
}  // namespace plexus::account
