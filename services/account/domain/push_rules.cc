#include "services/account/domain/push_rules.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/push_rules_default.h"
#include "services/account/domain/push_rule_body.h"

namespace plexus::account {
namespace {

constexpr std::array<std::string_view, 5> kKinds = {"override", "content", "room", "sender", "underride"};
constexpr std::string_view kMasterRule = ".m.rule.master";

absl::Status CheckScope(const PushRuleName& name) {
  if (name.scope != "global") return errors::InvalidParam("The only scope of push rules is 'global'");
  return absl::OkStatus();
}

absl::Status CheckKind(const PushRuleName& name) {
  PLEXUS_RETURN_IF_ERROR(CheckScope(name));
  if (std::find(kKinds.begin(), kKinds.end(), name.kind) == kKinds.end()) {
    return errors::InvalidParam("Unknown kind of push rule");
  }
  return absl::OkStatus();
}

absl::Status CheckNewRuleId(std::string_view rule_id) {
  if (rule_id.empty() || rule_id.size() > kMaxRuleIdBytes) return errors::InvalidParam("A rule id has 1 to 255 bytes");
  if (rule_id[0] == '.') return errors::InvalidParam("Rule ids that begin with '.' are reserved");
  if (absl::StrContains(rule_id, '/') || absl::StrContains(rule_id, '\\')) {
    return errors::InvalidParam("A rule id may not contain slashes or backslashes");
  }
  return absl::OkStatus();
}

absl::Status NoSuchRule() { return errors::NotFound("The push rule was not found."); }

std::string_view RuleId(const json::Value& rule) {
  if (!rule.is_object()) return "";
  return json::GetString(rule.get_object(), "rule_id").value_or("");
}

bool IsDefault(const json::Value& rule) { return absl::StartsWith(RuleId(rule), "."); }

// The rules of the kind, which are made if there are none.
json::Array& RulesOf(json::Object& content, std::string_view kind) {
  json::Value& global = content["global"];
  json::Object& kinds = global.is_object() ? global.get_object() : global.emplace_object();
  json::Value& rules = kinds[kind];
  return rules.is_array() ? rules.get_array() : rules.emplace_array();
}

json::Array::iterator FindRule(json::Array& rules, std::string_view rule_id) {
  return std::find_if(rules.begin(), rules.end(), [&](const json::Value& rule) { return RuleId(rule) == rule_id; });
}

const json::Object* FindRule(const json::Object& content, const PushRuleName& name) {
  const json::Object* global = json::GetObject(content, "global");
  const json::Array* rules = global == nullptr ? nullptr : json::GetArray(*global, name.kind);
  if (rules == nullptr) return nullptr;
  for (const json::Value& rule : *rules) {
    if (RuleId(rule) == name.rule_id) return &rule.get_object();
  }
  return nullptr;
}

// Where the new rule goes. `own` tells that it stands in `rules` already, at the place `current`.
absl::StatusOr<size_t> PlaceFor(json::Array& rules, std::string_view before, std::string_view after,
                                std::optional<size_t> current) {
  const std::string_view neighbour = before.empty() ? after : before;
  if (!neighbour.empty()) {
    auto it = FindRule(rules, neighbour);
    if (it == rules.end() || IsDefault(*it)) {
      return errors::Matrix(400, "M_UNKNOWN", absl::StrCat("before/after rule not found: ", neighbour));
    }
    return static_cast<size_t>(it - rules.begin()) + (before.empty() ? 1 : 0);
  }
  if (current) return *current;
  const bool has_master = !rules.empty() && RuleId(rules[0]) == kMasterRule;
  return has_master ? 1 : 0;
}

void KeepChoices(json::Object& rule, const json::Object& stored) {
  for (std::string_view attribute : {"enabled", "actions"}) {
    if (const json::Value* value = json::Find(stored, attribute)) rule[attribute] = *value;
  }
}

}  // namespace

json::Object NewPushRules(std::string_view user_id) { return {{"global", matrix::DefaultPushRules(user_id)}}; }

json::Object MergePushRules(const json::Object& stored, std::string_view user_id) {
  json::Object merged = NewPushRules(user_id);
  json::Object old = stored;
  for (std::string_view kind : kKinds) {
    json::Array& rules = RulesOf(merged, kind);
    json::Array& old_rules = RulesOf(old, kind);
    size_t place = !rules.empty() && RuleId(rules[0]) == kMasterRule ? 1 : 0;
    for (json::Value& old_rule : old_rules) {
      if (!old_rule.is_object()) continue;
      auto it = FindRule(rules, RuleId(old_rule));
      if (it != rules.end()) {
        KeepChoices(it->get_object(), old_rule.get_object());
      } else if (!IsDefault(old_rule)) {
        rules.insert(rules.begin() + place++, old_rule);
      }
    }
  }
  return merged;
}

absl::StatusOr<json::Value> GetPushRulesPart(const json::Object& content, const PushRuleName& name) {
  if (name.scope.empty()) return json::Value(content);
  PLEXUS_RETURN_IF_ERROR(CheckScope(name));
  const json::Object* global = json::GetObject(content, "global");
  if (name.kind.empty()) return global == nullptr ? json::Value(json::Object()) : json::Value(*global);
  PLEXUS_RETURN_IF_ERROR(CheckKind(name));
  if (name.rule_id.empty()) {
    const json::Array* rules = global == nullptr ? nullptr : json::GetArray(*global, name.kind);
    return rules == nullptr ? json::Value(json::Array()) : json::Value(*rules);
  }
  const json::Object* rule = FindRule(content, name);
  if (rule == nullptr) return NoSuchRule();
  return json::Value(*rule);
}

absl::Status PutRule(json::Object& content, const PushRuleName& name, std::string_view before, std::string_view after,
                     const json::Object& body) {
  PLEXUS_RETURN_IF_ERROR(CheckKind(name));
  PLEXUS_RETURN_IF_ERROR(CheckNewRuleId(name.rule_id));
  PLEXUS_ASSIGN_OR_RETURN(json::Object rule, RuleFromBody(name.kind, name.rule_id, body));
  json::Array& rules = RulesOf(content, name.kind);
  auto it = FindRule(rules, name.rule_id);
  std::optional<size_t> current;
  if (it != rules.end()) {
    current = it - rules.begin();
    rule["enabled"] = json::GetBool(it->get_object(), "enabled").value_or(true);
  } else if (rules.size() >= kMaxRulesOfKind) {
    return errors::InvalidParam("There are too many push rules");
  }
  PLEXUS_ASSIGN_OR_RETURN(size_t place, PlaceFor(rules, before, after, current));
  if (current) {
    rules.erase(rules.begin() + *current);
    if (place > *current) --place;
  }
  rules.insert(rules.begin() + place, std::move(rule));
  return absl::OkStatus();
}

absl::Status DeleteRule(json::Object& content, const PushRuleName& name) {
  PLEXUS_RETURN_IF_ERROR(CheckKind(name));
  json::Array& rules = RulesOf(content, name.kind);
  auto it = FindRule(rules, name.rule_id);
  if (it == rules.end()) return NoSuchRule();
  if (IsDefault(*it)) return errors::InvalidParam("Server-default push rules cannot be deleted, only disabled");
  rules.erase(it);
  return absl::OkStatus();
}

absl::StatusOr<json::Object> GetRuleAttribute(const json::Object& content, const PushRuleName& name,
                                              std::string_view attribute) {
  PLEXUS_RETURN_IF_ERROR(CheckKind(name));
  PLEXUS_RETURN_IF_ERROR(CheckAttributeName(attribute));
  const json::Object* rule = FindRule(content, name);
  if (rule == nullptr) return NoSuchRule();
  const json::Value* value = json::Find(*rule, attribute);
  if (value == nullptr) return NoSuchRule();
  return json::Object{{attribute, *value}};
}

absl::Status SetRuleAttribute(json::Object& content, const PushRuleName& name, std::string_view attribute,
                              const json::Object& body) {
  PLEXUS_RETURN_IF_ERROR(CheckKind(name));
  PLEXUS_ASSIGN_OR_RETURN(json::Value value, AttributeFromBody(attribute, body));
  json::Array& rules = RulesOf(content, name.kind);
  auto it = FindRule(rules, name.rule_id);
  if (it == rules.end()) return NoSuchRule();
  it->get_object()[attribute] = std::move(value);
  return absl::OkStatus();
}

}  // namespace plexus::account
