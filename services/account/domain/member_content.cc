#include "services/account/domain/member_content.h"

#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"

namespace plexus::account {
namespace {

void Set(json::Object& content, std::string_view key, const std::optional<std::string>& value) {
  if (value) {
    content[key] = *value;
  } else {
    content.erase(key);
  }
}

}  // namespace

absl::StatusOr<std::optional<json::Object>> MemberContentWithProfile(std::string_view event_json,
                                                                     const Profile& profile) {
  PLEXUS_ASSIGN_OR_RETURN(json::Object event, json::ParseObject(event_json, {json::kMaxDepth}));
  const json::Object* old = json::GetObject(event, "content");
  if (old == nullptr || json::GetString(*old, "membership") != "join") return std::nullopt;
  json::Object content = *old;
  Set(content, kDisplayName, profile.displayname);
  Set(content, kAvatarUrl, profile.avatar_url);
  if (content == *old) return std::nullopt;
  for (std::string_view key : {"join_authorised_via_users_server", "reason", "third_party_invite"}) content.erase(key);
  return content;
}

}  // namespace plexus::account
