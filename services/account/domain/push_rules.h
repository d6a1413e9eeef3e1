// A user's push rules: reading and changing the content of m.push_rules, {"global": {"override": […], …}}.
// Client-Server API, "Push Rules" and "Push Rules: API". Order in an array is order of priority: .m.rule.master, the
// user's own rules, the other server-default rules.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/json/value.h"

namespace plexus::account {

inline constexpr size_t kMaxRuleIdBytes = 255;
inline constexpr size_t kMaxRulesOfKind = 1000;
inline constexpr size_t kMaxRuleBytes = 16 << 10;

// Where a rule is: scope "global" and a kind of rule. `rule_id` has been decoded from the path.
struct PushRuleName {
  std::string scope, kind, rule_id;
};

// The content for a new user.
json::Object NewPushRules(std::string_view user_id);

// `stored` brought up to the server-default rules of this release: new ones are added, gone ones removed, `enabled`
// and `actions` of the others and the user's own rules kept. An empty object becomes NewPushRules.
json::Object MergePushRules(const json::Object& stored, std::string_view user_id);

// Every error below: 400 M_INVALID_PARAM for an unknown scope or kind; 404 M_NOT_FOUND if there is no such rule.

// The whole content, a scope, all rules of a kind or one rule: as much of `name` as is not empty.
absl::StatusOr<json::Value> GetPushRulesPart(const json::Object& content, const PushRuleName& name);

// Creates a rule, enabled, or replaces what an existing one does. Errors also: 400 M_INVALID_PARAM for a rule id that
// is reserved (begins with '.') or malformed, M_MISSING_PARAM and M_BAD_JSON for the body, M_UNKNOWN if `before` or
// `after` (empty: not given) is not one of the user's rules.
absl::Status PutRule(json::Object& content, const PushRuleName& name, std::string_view before, std::string_view after,
                     const json::Object& body);

// 400 M_INVALID_PARAM for a server-default rule.
absl::Status DeleteRule(json::Object& content, const PushRuleName& name);

// `attribute` is "enabled" or "actions", else 404 M_UNRECOGNIZED. The answer and the body are {attribute: value}.
absl::StatusOr<json::Object> GetRuleAttribute(const json::Object& content, const PushRuleName& name,
                                              std::string_view attribute);
absl::Status SetRuleAttribute(json::Object& content, const PushRuleName& name, std::string_view attribute,
                              const json::Object& body);

}  // namespace plexus::account
