#include "services/account/domain/push_rule_body.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "services/account/domain/push_rules.h"

namespace plexus::account {
namespace {

absl::StatusOr<json::Array> ActionsFrom(const json::Object& body) {
  PLEXUS_ASSIGN_OR_RETURN(const json::Array* actions, json::RequireArray(body, "actions"));
  for (const json::Value& action : *actions) {
    const bool tweak = action.is_object() && json::GetString(action.get_object(), "set_tweak");
    if (!action.is_string() && !tweak) {
      return errors::BadJson("An action is a string or an object with 'set_tweak'");
    }
  }
  return *actions;
}

absl::StatusOr<json::Array> ConditionsFrom(const json::Object& body) {
  PLEXUS_ASSIGN_OR_RETURN(const json::Array* conditions, json::OptionalArray(body, "conditions"));
  if (conditions == nullptr) return json::Array();
  for (const json::Value& condition : *conditions) {
    if (!condition.is_object() || !json::GetString(condition.get_object(), "kind")) {
      return errors::BadJson("A condition is an object with 'kind'");
    }
  }
  return *conditions;
}

}  // namespace

absl::StatusOr<json::Object> RuleFromBody(std::string_view kind, std::string_view rule_id, const json::Object& body) {
  json::Object rule{{"rule_id", rule_id}, {"default", false}, {"enabled", true}};
  PLEXUS_ASSIGN_OR_RETURN(rule["actions"], ActionsFrom(body));
  if (kind == "content") {
    PLEXUS_ASSIGN_OR_RETURN(rule["pattern"], json::RequireString(body, "pattern"));
  } else if (kind == "override" || kind == "underride") {
    PLEXUS_ASSIGN_OR_RETURN(rule["conditions"], ConditionsFrom(body));
  }
  if (json::Serialize(rule).size() > kMaxRuleBytes) return errors::InvalidParam("The push rule is too large");
  return rule;
}

absl::Status CheckAttributeName(std::string_view attribute) {
  if (attribute != "enabled" && attribute != "actions") return errors::Unrecognized("Unknown attribute of a push rule");
  return absl::OkStatus();
}

absl::StatusOr<json::Value> AttributeFromBody(std::string_view attribute, const json::Object& body) {
  PLEXUS_RETURN_IF_ERROR(CheckAttributeName(attribute));
  if (attribute == "enabled") {
    PLEXUS_ASSIGN_OR_RETURN(bool enabled, json::RequireBool(body, "enabled"));
    return json::Value(enabled);
  }
  PLEXUS_ASSIGN_OR_RETURN(json::Array actions, ActionsFrom(body));
  if (json::Serialize(json::Value(actions)).size() > kMaxRuleBytes) return errors::InvalidParam("Too many actions");
  return json::Value(std::move(actions));
}

}  // namespace plexus::account
