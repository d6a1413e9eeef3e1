// What a profile may hold. Client-Server API, "Profiles" (v1.16).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/json/value.h"

namespace plexus::account {

inline constexpr size_t kMaxProfileKeyBytes = 255;
inline constexpr size_t kMaxProfileBytes = 64 << 10;
inline constexpr size_t kMaxDisplayNameBytes = 1024;
inline constexpr size_t kMaxAvatarUrlBytes = 1024;
inline constexpr std::string_view kDisplayName = "displayname";
inline constexpr std::string_view kAvatarUrl = "avatar_url";

struct Profile {
  std::optional<std::string> displayname;
  std::optional<std::string> avatar_url;
  json::Object fields;  // everything else
};

// Whether there may be a field of this name: 400 M_KEY_TOO_LARGE, or M_INVALID_PARAM if it is neither `displayname`,
// `avatar_url` nor in the Common Namespaced Identifier Grammar.
absl::Status CheckProfileKey(std::string_view key);

// The member `key` of the body of PUT /profile/{user}/{key}. 400 M_MISSING_PARAM if it is missing.
absl::StatusOr<json::Value> ProfileValueOf(const json::Object& body, std::string_view key);

// Changes one field; an empty or null displayname or avatar_url removes it. `key` has been checked. Errors:
// 400 M_BAD_JSON for a wrong type, M_INVALID_PARAM for an avatar_url that is no MXC URI or a value over its limit,
// M_PROFILE_TOO_LARGE if the profile as JSON would be 64 KiB or more; then `profile` is as it was.
absl::Status SetField(Profile& profile, std::string_view key, const json::Value& value);
void RemoveField(Profile& profile, std::string_view key);

// The whole profile, or one field of it (nothing if it has no such field), as the answer of GET.
json::Object ProfileBody(const Profile& profile);
std::optional<json::Object> ProfileFieldBody(const Profile& profile, std::string_view key);

}  // namespace plexus::account
