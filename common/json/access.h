// Reading members of JSON that strangers sent. What is found lives as long as the document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/json/value.h"

namespace plexus::json {

// The member's value, or null if there is none.
const Value* Find(const Object& object, std::string_view key);

// The member if it is there and of that type, else nothing. An integer written as 1.0 is not an integer.
std::optional<std::string_view> GetString(const Object& object, std::string_view key);
std::optional<int64_t> GetInt(const Object& object, std::string_view key);
std::optional<bool> GetBool(const Object& object, std::string_view key);
const Object* GetObject(const Object& object, std::string_view key);
const Array* GetArray(const Object& object, std::string_view key);

// The value itself as one of those types.
std::optional<std::string_view> AsString(const Value& value);
std::optional<int64_t> AsInt(const Value& value);

// The member, which must be there: 400 M_MISSING_PARAM if it is not, 400 M_BAD_JSON if it is of another type. The
// messages name the key.
absl::StatusOr<std::string> RequireString(const Object& object, std::string_view key);
absl::StatusOr<int64_t> RequireInt(const Object& object, std::string_view key);
absl::StatusOr<bool> RequireBool(const Object& object, std::string_view key);
absl::StatusOr<const Object*> RequireObject(const Object& object, std::string_view key);
absl::StatusOr<const Array*> RequireArray(const Object& object, std::string_view key);

// The member, which may be absent or null; 400 M_BAD_JSON if it is of another type.
absl::StatusOr<std::optional<std::string>> OptionalString(const Object& object, std::string_view key);
absl::StatusOr<std::optional<int64_t>> OptionalInt(const Object& object, std::string_view key);
absl::StatusOr<std::optional<bool>> OptionalBool(const Object& object, std::string_view key);
absl::StatusOr<const Object*> OptionalObject(const Object& object, std::string_view key);  // null if absent
absl::StatusOr<const Array*> OptionalArray(const Object& object, std::string_view key);    // null if absent
absl::StatusOr<std::optional<std::vector<std::string>>> OptionalStrings(const Object& object, std::string_view key);

}  // namespace plexus::json
