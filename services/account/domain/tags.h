// Tags of a room: the content of the user's m.tag. Client-Server API, "Room Tagging".
#pragma once

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "common/json/value.h"

namespace plexus::account {

inline constexpr size_t kMaxTagBytes = 255;
inline constexpr size_t kMaxTagsOfRoom = 100;
inline constexpr size_t kMaxTagContentBytes = 4096;

// 400 M_INVALID_PARAM for a name that is empty or longer than kMaxTagBytes.
absl::Status CheckTagName(std::string_view tag);

// Sets a tag in the content of m.tag ({"tags": {…}}, or empty). Errors: 400 M_BAD_JSON or M_INVALID_PARAM if `order`
// is not a number or not in [0, 1]; M_INVALID_PARAM beyond the limits above.
absl::Status PutTagInto(json::Object& content, std::string_view tag, const json::Object& tag_content);

// The object of all tags in the content of m.tag, which is made if there is none.
json::Object& TagsOf(json::Object& content);

// False if there was no such tag.
bool RemoveTagFrom(json::Object& content, std::string_view tag);

}  // namespace plexus::account
