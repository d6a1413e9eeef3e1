// What clients send to change push rules, checked.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "common/json/value.h"

namespace plexus::account {

// A complete rule, enabled, from the body of PUT /pushrules/global/{kind}/{rule_id}. Errors: 400 M_MISSING_PARAM
// without `actions` (or `pattern` for content rules), M_BAD_JSON for wrong types, M_INVALID_PARAM if it is too large.
absl::StatusOr<json::Object> RuleFromBody(std::string_view kind, std::string_view rule_id, const json::Object& body);

// 404 M_UNRECOGNIZED unless "enabled" or "actions".
absl::Status CheckAttributeName(std::string_view attribute);

// The attribute's new value. Errors as above.
absl::StatusOr<json::Value> AttributeFromBody(std::string_view attribute, const json::Object& body);

}  // namespace plexus::account
