#include "services/account/domain/uia.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "services/account/domain/digest.h"

namespace plexus::account {
namespace {

bool Contains(const std::vector<std::string>& completed, std::string_view stage) {
  return std::find(completed.begin(), completed.end(), stage) != completed.end();
}

json::Array ToJson(const std::vector<std::string>& strings) {
  json::Array array;
  for (const std::string& text : strings) array.emplace_back(text);
  return array;
}

}  // namespace

absl::StatusOr<std::optional<UiaAuth>> TakeAuth(json::Object& body) {
  PLEXUS_ASSIGN_OR_RETURN(const json::Object* member, json::OptionalObject(body, "auth"));
  if (member == nullptr) {
    body.erase("auth");
    return std::nullopt;
  }
  UiaAuth auth;
  auth.data = *member;
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> session, json::OptionalString(auth.data, "session"));
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> type, json::OptionalString(auth.data, "type"));
  auth.session = session.value_or("");
  auth.type = type.value_or("");
  body.erase("auth");
  return auth;
}

bool IsComplete(const UiaFlows& flows, const std::vector<std::string>& completed) {
  return std::any_of(flows.begin(), flows.end(), [&](const UiaFlow& flow) {
    return std::all_of(flow.begin(), flow.end(), [&](const std::string& stage) { return Contains(completed, stage); });
  });
}

bool IsNextStage(const UiaFlows& flows, const std::vector<std::string>& completed, std::string_view stage) {
  return std::any_of(flows.begin(), flows.end(), [&](const UiaFlow& flow) {
    auto next = std::find_if(flow.begin(), flow.end(), [&](const std::string& s) { return !Contains(completed, s); });
    return next != flow.end() && *next == stage;
  });
}

absl::Status Challenge(const UiaFlows& flows, std::string_view session, const std::vector<std::string>& completed,
                       const absl::Status& failure) {
  json::Object extra;
  json::Array& list = extra["flows"].emplace_array();
  for (const UiaFlow& flow : flows) list.push_back(json::Object{{"stages", ToJson(flow)}});
  extra["params"] = json::Object();
  extra["session"] = session;
  if (!completed.empty()) extra["completed"] = ToJson(completed);
  if (failure.ok()) return errors::Matrix(401, "", "", json::Serialize(extra));
  const MatrixError error = FromStatus(failure);
  return errors::Matrix(401, error.errcode, error.message, json::Serialize(extra));
}

std::string UiaOperation(std::string_view method, std::string_view user_id, const std::vector<std::string>& subjects) {
  // Lengths keep ("a", "bc") and ("ab", "c") apart.
  std::string text = absl::StrCat(method.size(), ":", method, user_id.size(), ":", user_id);
  for (const std::string& subject : subjects) absl::StrAppend(&text, subject.size(), ":", subject);
  return Sha256(text);
}

}  // namespace plexus::account
