// What m.room.canonical_alias may say.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/json/value.h"

namespace plexus::room {

// More aliases than this in one event are refused.
inline constexpr size_t kMaxCanonicalAliases = 100;

// The aliases in `content` that `previous` (null: nothing) does not have: those that must be checked. Without
// duplicates, sorted. 400 M_INVALID_PARAM for what is no alias, or for too many; 400 M_BAD_JSON for a wrong type.
absl::StatusOr<std::vector<std::string>> AddedAliases(const json::Object& content, const json::Object* previous);

}  // namespace plexus::room
