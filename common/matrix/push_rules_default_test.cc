#include "common/matrix/push_rules_default.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_replace.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"

namespace plexus::matrix {
namespace {

TEST(DefaultPushRulesTest, AreThoseOfTheSpecification) {
  std::ifstream file("tests/vectors/default_push_rules.json");
  std::stringstream text;
  text << file.rdbuf();
  const std::string filled = absl::StrReplaceAll(text.str(), {{"[the user's Matrix ID]", "@a:b"}});
  const json::Object expected = json::ParseObject(filled).value();
  const json::Object rules = DefaultPushRules("@a:b");
  for (std::string_view kind : {"override", "underride"}) {
    EXPECT_EQ(json::Canonical(*json::Find(rules, kind)).value(), json::Canonical(*json::Find(expected, kind)).value());
  }
  for (std::string_view kind : {"content", "room", "sender"}) EXPECT_TRUE(json::GetArray(rules, kind)->empty());
}

TEST(DefaultPushRulesTest, TakesAnyUserId) {
  const json::Object rules = DefaultPushRules("@\"\\:b");
  EXPECT_NE(json::Serialize(rules).find(R"("@\"\\:b")"), std::string::npos);
}

}  // namespace
}  // namespace plexus::matrix
