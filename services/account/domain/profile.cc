#include "services/account/domain/profile.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"

namespace plexus::account {
namespace {

bool IsKeyCharacter(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_' || c == '.';
}

// A string; null and "" stand for none.
absl::StatusOr<std::optional<std::string>> Text(std::string_view key, const json::Value& value, size_t max_bytes) {
  if (value.is_null()) return std::nullopt;
  std::optional<std::string_view> text = json::AsString(value);
  if (!text) return errors::BadJson(absl::StrCat("'", key, "' must be a string"));
  if (text->size() > max_bytes) {
    return errors::InvalidParam(absl::StrCat("'", key, "' is longer than ", max_bytes, " bytes"));
  }
  if (text->empty()) return std::nullopt;
  return std::string(*text);
}

absl::Status Put(Profile& profile, std::string_view key, const json::Value& value) {
  if (key == kDisplayName) {
    PLEXUS_ASSIGN_OR_RETURN(profile.displayname, Text(key, value, kMaxDisplayNameBytes));
  } else if (key == kAvatarUrl) {
    PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> url, Text(key, value, kMaxAvatarUrlBytes));
    if (url && !absl::StartsWith(*url, "mxc://")) return errors::InvalidParam("'avatar_url' must be an MXC URI");
    profile.avatar_url = std::move(url);
  } else {
    if (key == "m.tz" && !value.is_string()) return errors::BadJson("'m.tz' must be a string");
    profile.fields[key] = value;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckProfileKey(std::string_view key) {
  if (key.size() > kMaxProfileKeyBytes) {
    return errors::Matrix(400, "M_KEY_TOO_LARGE", "The name of the profile field is longer than 255 bytes");
  }
  if (key == kDisplayName || key == kAvatarUrl) return absl::OkStatus();
  const bool namespaced = !key.empty() && absl::ascii_islower(key[0]) && absl::StrContains(key, '.') &&
                          std::all_of(key.begin(), key.end(), IsKeyCharacter);
  if (!namespaced) return errors::InvalidParam("This is not the name of a profile field");
  return absl::OkStatus();
}

absl::StatusOr<json::Value> ProfileValueOf(const json::Object& body, std::string_view key) {
  const json::Value* value = json::Find(body, key);
  if (value == nullptr) return errors::MissingParam(absl::StrCat("Missing '", key, "'"));
  return *value;
}

absl::Status SetField(Profile& profile, std::string_view key, const json::Value& value) {
  Profile changed = profile;
  PLEXUS_RETURN_IF_ERROR(Put(changed, key, value));
  if (json::Serialize(ProfileBody(changed)).size() >= kMaxProfileBytes) {
    return errors::Matrix(400, "M_PROFILE_TOO_LARGE", "The profile would exceed 64 KiB");
  }
  profile = std::move(changed);
  return absl::OkStatus();
}

void RemoveField(Profile& profile, std::string_view key) {
  if (key == kDisplayName) {
    profile.displayname.reset();
  } else if (key == kAvatarUrl) {
    profile.avatar_url.reset();
  } else {
    profile.fields.erase(key);
  }
}

json::Object ProfileBody(const Profile& profile) {
  json::Object body = profile.fields;
  if (profile.displayname) body[kDisplayName] = *profile.displayname;
  if (profile.avatar_url) body[kAvatarUrl] = *profile.avatar_url;
  return body;
}

std::optional<json::Object> ProfileFieldBody(const Profile& profile, std::string_view key) {
  const json::Object whole = ProfileBody(profile);
  const json::Value* value = json::Find(whole, key);
  if (value == nullptr) return std::nullopt;
  return json::Object{{key, *value}};
}

}  // namespace plexus::account
