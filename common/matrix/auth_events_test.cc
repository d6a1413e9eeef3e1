#include "common/matrix/auth_events.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/json/parse.h"
#include "common/matrix/every_room_version.h"

namespace plexus::matrix {
namespace {

// The keys as one text: "type/state_key type/state_key …", without "m.room.".
std::string Keys(std::string_view version, std::string_view type, std::optional<std::string_view> state_key,
                 std::string_view content) {
  std::string text;
  for (const StateKey& key :
       AuthEventKeys(*FindRoomVersion(version), type, state_key, "@s:a", json::ParseObject(content).value())) {
    absl::StrAppend(&text, text.empty() ? "" : " ", std::string_view(key.type).substr(7), "/", key.state_key);
  }
  return text;
}

TEST(AuthEventsTest, SelectsWhatTheSpecificationSays) {
  struct Case {
    std::string_view type;
    std::optional<std::string_view> state_key;
    std::string_view content, keys;  // without the create event
    std::string_view before_knocking = "", before_restricted = "";
  };
  const Case cases[] = {
      {"m.room.message", std::nullopt, "{}", "power_levels/ member/@s:a"},
      {"m.room.topic", "", "{}", "power_levels/ member/@s:a"},
      {"m.room.member", "@s:a", R"({"membership":"join"})", "power_levels/ member/@s:a join_rules/"},
      {"m.room.member", "@t:a", R"({"membership":"invite"})", "power_levels/ member/@s:a member/@t:a join_rules/"},
      {"m.room.member", "@t:a", R"({"membership":"knock"})", "power_levels/ member/@s:a member/@t:a join_rules/",
       "power_levels/ member/@s:a member/@t:a"},
      {"m.room.member", "@t:a", R"({"membership":"leave"})", "power_levels/ member/@s:a member/@t:a"},
      {"m.room.member", "@t:a", R"({"membership":"ban"})", "power_levels/ member/@s:a member/@t:a"},
      {"m.room.member", "@t:a", R"({"membership":"invite","third_party_invite":{"signed":{"token":"tok"}}})",
       "power_levels/ member/@s:a member/@t:a join_rules/ third_party_invite/tok"},
      {"m.room.member", "@s:a", R"({"membership":"join","join_authorised_via_users_server":"@u:b"})",
       "power_levels/ member/@s:a join_rules/ member/@u:b", "", "power_levels/ member/@s:a join_rules/"},
      {"m.room.member", "@t:a", R"({"membership":"leave","join_authorised_via_users_server":"@u:b"})",
       "power_levels/ member/@s:a member/@t:a", "", "power_levels/ member/@s:a member/@t:a"},
  };
  for (const Case& test : cases) {
    for (const std::string& version : AllVersions()) {
      std::string_view keys = test.keys;
      if (!IsSince(7, version) && test.content.find("knock") != std::string_view::npos) keys = test.before_knocking;
      if (!IsSince(8, version) && test.content.find("join_auth") != std::string_view::npos)
        keys = test.before_restricted;
      EXPECT_EQ(Keys(version, test.type, test.state_key, test.content),
                absl::StrCat(IsSince(12, version) ? "" : "create/ ", keys))
          << test.content << " in " << version;
    }
  }
  for (const std::string& version : AllVersions()) EXPECT_EQ(Keys(version, "m.room.create", "", "{}"), "");
}

}  // namespace
}  // namespace plexus::matrix
