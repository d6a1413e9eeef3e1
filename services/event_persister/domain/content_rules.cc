#include "services/event_persister/domain/content_rules.h"

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/event_builder.h"
#include "common/matrix/event_types.h"
#include "common/matrix/ids.h"
#include "common/matrix/membership.h"

namespace plexus::event_persister {
namespace {

absl::Status CheckMember(const std::string& user_id, const json::Object& content) {
  if (!matrix::IsValidUserId(user_id)) return errors::BadJson("The state key of m.room.member must be a user id.");
  const auto membership = json::GetString(content, "membership");
  if (!membership || !matrix::ParseMembership(*membership)) {
    return errors::BadJson("`membership` must be one of join, invite, knock, leave and ban.");
  }
  for (std::string_view key : {"displayname", "avatar_url", "reason"}) {
    const json::Value* value = json::Find(content, key);
    if (value != nullptr && !value->is_null() && !value->is_string()) {
      return errors::BadJson(absl::StrCat("`", key, "` must be a string."));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLevel(std::string_view key, const json::Value& value) {
  if (json::AsInt(value)) return absl::OkStatus();
  return errors::BadJson(absl::StrCat("The power level `", key, "` must be an integer."));
}

absl::Status CheckPowerLevels(const json::Object& content) {
  for (std::string_view key : {"ban", "invite", "kick", "redact", "events_default", "state_default", "users_default"}) {
    if (const json::Value* value = json::Find(content, key)) PLEXUS_RETURN_IF_ERROR(CheckLevel(key, *value));
  }
  for (std::string_view map : {"events", "users", "notifications"}) {
    const json::Value* value = json::Find(content, map);
    if (value == nullptr) continue;
    if (!value->is_object()) return errors::BadJson(absl::StrCat("`", map, "` must be an object."));
    for (const auto& member : value->get_object()) {
      PLEXUS_RETURN_IF_ERROR(CheckLevel(json::Key(member), member.value()));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckContent(std::string_view type, const std::optional<std::string>& state_key,
                          const json::Object& content) {
  PLEXUS_RETURN_IF_ERROR(matrix::ValidateContent(content));
  if (!state_key) return absl::OkStatus();
  if (type == matrix::kRoomMember) return CheckMember(*state_key, content);
  if (type == matrix::kRoomPowerLevels) return CheckPowerLevels(content);
  return absl::OkStatus();
}

}  // namespace plexus::event_persister
