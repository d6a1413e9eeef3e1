#include "services/account/domain/push_rules.h"

#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "common/base/matrix_error.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"

namespace plexus::account {
namespace {

std::string Errcode(const absl::Status& status) { return status.ok() ? "" : FromStatus(status).errcode; }

// A ruleset of two server-default override rules and no others, so that the order is easy to see.
json::Object Small() {
  return *json::ParseObject(R"({"global":{"override":[
      {"rule_id":".m.rule.master","default":true,"enabled":false,"actions":[],"conditions":[]},
      {"rule_id":".m.rule.other","default":true,"enabled":true,"actions":["notify"],"conditions":[]}]}})");
}

std::string Ids(const json::Object& content, std::string_view kind = "override") {
  std::vector<std::string> ids;
  for (const json::Value& rule : content.at("global").at(kind).as_array()) {
    ids.emplace_back(json::View(rule.at("rule_id").as_string()));
  }
  return absl::StrJoin(ids, " ");
}

absl::Status Put(json::Object& content, std::string rule_id, std::string_view before = "", std::string_view after = "",
                 std::string kind = "override", std::string_view body = R"({"actions":["notify"]})") {
  return PutRule(content, {"global", kind, rule_id}, before, after, *json::ParseObject(body));
}

TEST(PushRules, NewRulesGoBelowMasterAndAboveAllOthers) {
  json::Object content = Small();
  ASSERT_TRUE(Put(content, "a").ok());
  ASSERT_TRUE(Put(content, "b").ok());
  EXPECT_EQ(Ids(content), ".m.rule.master b a .m.rule.other");
}

TEST(PushRules, BeforeAndAfterPlaceARuleNextToAnother) {
  json::Object content = Small();
  ASSERT_TRUE(Put(content, "a").ok());
  ASSERT_TRUE(Put(content, "b", /*before=*/"", /*after=*/"a").ok());
  ASSERT_TRUE(Put(content, "c", /*before=*/"b").ok());
  EXPECT_EQ(Ids(content), ".m.rule.master a c b .m.rule.other");
  ASSERT_TRUE(Put(content, "a", "", "b").ok());
  EXPECT_EQ(Ids(content), ".m.rule.master c b a .m.rule.other");
  ASSERT_TRUE(Put(content, "a", /*before=*/"c", /*after=*/"b").ok());
  EXPECT_EQ(Ids(content), ".m.rule.master a c b .m.rule.other");
}

TEST(PushRules, CannotBePlacedByAServerDefaultOrUnknownRule) {
  json::Object content = Small();
  EXPECT_EQ(Errcode(Put(content, "a", ".m.rule.other")), "M_UNKNOWN");
  EXPECT_EQ(Errcode(Put(content, "a", "", "nowhere")), "M_UNKNOWN");
  EXPECT_EQ(Ids(content), ".m.rule.master .m.rule.other");
}

TEST(PushRules, ReplacingKeepsPlaceAndEnabled) {
  json::Object content = Small();
  ASSERT_TRUE(Put(content, "a").ok());
  ASSERT_TRUE(Put(content, "b").ok());
  ASSERT_TRUE(SetRuleAttribute(content, {"global", "override", "a"}, "enabled", {{"enabled", false}}).ok());
  ASSERT_TRUE(Put(content, "a", "", "", "override", R"({"actions":[]})").ok());
  EXPECT_EQ(Ids(content), ".m.rule.master b a .m.rule.other");
  auto rule = GetPushRulesPart(content, {"global", "override", "a"});
  EXPECT_FALSE(rule->at("enabled").as_bool());
  EXPECT_TRUE(rule->at("actions").as_array().empty());
}

TEST(PushRules, RuleIdsAreChecked) {
  json::Object content = Small();
  for (std::string id : {".mine", "a/b", "a\\b", ""}) EXPECT_EQ(Errcode(Put(content, id)), "M_INVALID_PARAM") << id;
  EXPECT_EQ(Errcode(Put(content, std::string(256, 'x'))), "M_INVALID_PARAM");
}

TEST(PushRules, BodiesAreChecked) {
  json::Object content = Small();
  EXPECT_EQ(Errcode(Put(content, "a", "", "", "override", "{}")), "M_MISSING_PARAM");
  EXPECT_EQ(Errcode(Put(content, "a", "", "", "override", R"({"actions":[1]})")), "M_BAD_JSON");
  EXPECT_EQ(Errcode(Put(content, "a", "", "", "override", R"({"actions":[],"conditions":[{}]})")), "M_BAD_JSON");
  EXPECT_EQ(Errcode(Put(content, "a", "", "", "content", R"({"actions":[]})")), "M_MISSING_PARAM");
  EXPECT_EQ(Errcode(Put(content, "a", "", "", "nonsense")), "M_INVALID_PARAM");
  EXPECT_EQ(Errcode(Put(content, "a", "", "", "content", R"({"actions":[],"pattern":"cake*lie"})")), "");
  auto rule = GetPushRulesPart(content, {"global", "content", "a"});
  EXPECT_EQ(json::Serialize(*rule),
            R"({"rule_id":"a","default":false,"enabled":true,"actions":[],"pattern":"cake*lie"})");
}

TEST(PushRules, OnlyTheUsersOwnAreDeleted) {
  json::Object content = Small();
  ASSERT_TRUE(Put(content, "a").ok());
  EXPECT_EQ(Errcode(DeleteRule(content, {"global", "override", "a"})), "");
  EXPECT_EQ(Errcode(DeleteRule(content, {"global", "override", "a"})), "M_NOT_FOUND");
  EXPECT_EQ(Errcode(DeleteRule(content, {"global", "override", ".m.rule.other"})), "M_INVALID_PARAM");
}

TEST(PushRules, AttributesOfServerDefaultRulesCanBeChanged) {
  json::Object content = Small();
  const PushRuleName name{"global", "override", ".m.rule.master"};
  ASSERT_TRUE(SetRuleAttribute(content, name, "enabled", {{"enabled", true}}).ok());
  EXPECT_EQ(json::Serialize(*GetRuleAttribute(content, name, "enabled")), R"({"enabled":true})");
  ASSERT_TRUE(SetRuleAttribute(content, name, "actions", *json::ParseObject(R"({"actions":["notify"]})")).ok());
  EXPECT_EQ(json::Serialize(*GetRuleAttribute(content, name, "actions")), R"({"actions":["notify"]})");
  EXPECT_EQ(Errcode(SetRuleAttribute(content, name, "enabled", {{"enabled", "x"}})), "M_BAD_JSON");
  EXPECT_EQ(Errcode(SetRuleAttribute(content, name, "enabled", {})), "M_MISSING_PARAM");
  EXPECT_EQ(Errcode(SetRuleAttribute(content, name, "colour", {})), "M_UNRECOGNIZED");
  EXPECT_EQ(Errcode(SetRuleAttribute(content, {"global", "override", "x"}, "enabled", {{"enabled", true}})),
            "M_NOT_FOUND");
}

TEST(PushRules, PartsOfAllDepths) {
  json::Object content = Small();
  EXPECT_TRUE(GetPushRulesPart(content, {})->as_object().contains("global"));
  EXPECT_TRUE(GetPushRulesPart(content, {"global"})->as_object().contains("override"));
  EXPECT_EQ(GetPushRulesPart(content, {"global", "override"})->as_array().size(), 2u);
  EXPECT_EQ(Errcode(GetPushRulesPart(content, {"device"}).status()), "M_INVALID_PARAM");
  EXPECT_EQ(Errcode(GetPushRulesPart(content, {"global", "room", "!a:b"}).status()), "M_NOT_FOUND");
}

TEST(PushRules, MergingKeepsChoicesAndOwnRulesAndAddsNewDefaults) {
  json::Object content = NewPushRules("@alice:example.org");
  const std::string fresh = Ids(content);
  ASSERT_TRUE(Put(content, "mine").ok());
  ASSERT_TRUE(SetRuleAttribute(content, {"global", "override", ".m.rule.master"}, "enabled", {{"enabled", true}}).ok());
  json::Array& rules = content["global"].as_object()["override"].as_array();
  rules.pop_back();  // a rule that came with a later release
  rules.push_back(*json::ParseObject(R"({"rule_id":".m.rule.gone","default":true,"enabled":true,"actions":[]})"));

  json::Object merged = MergePushRules(content, "@alice:example.org");
  const std::string master = ".m.rule.master";
  EXPECT_EQ(Ids(merged), master + " mine" + fresh.substr(master.size()));
  EXPECT_TRUE(GetPushRulesPart(merged, {"global", "override", master})->at("enabled").as_bool());
  EXPECT_EQ(MergePushRules(merged, "@alice:example.org"), merged);
  EXPECT_EQ(MergePushRules({}, "@alice:example.org"), NewPushRules("@alice:example.org"));
}

}  // namespace
}  // namespace plexus::account
