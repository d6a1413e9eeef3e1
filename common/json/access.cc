#include "common/json/access.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"

namespace plexus::json {
namespace {

std::optional<bool> AsBool(const Value& value) {
  return value.is_bool() ? std::optional<bool>(value.get_bool()) : std::nullopt;
}
const Object* AsObject(const Value& value) { return value.if_object(); }
const Array* AsArray(const Value& value) { return value.if_array(); }

absl::Status Missing(std::string_view key) { return errors::MissingParam(absl::StrCat("Missing '", key, "'")); }
absl::Status WrongType(std::string_view key, std::string_view wanted) {
  return errors::BadJson(absl::StrCat("'", key, "' must be ", wanted));
}

// `as` turns a value into something that is false if the value is of another type.
template <typename Result, typename As>
absl::StatusOr<Result> Require(const Object& object, std::string_view key, As as, std::string_view wanted) {
  const Value* value = Find(object, key);
  if (value == nullptr) return Missing(key);
  if (auto found = as(*value)) {
    if constexpr (std::is_pointer_v<Result>)
      return found;
    else
      return Result(*found);
  }
  return WrongType(key, wanted);
}

template <typename Result, typename As>
absl::StatusOr<Result> Optional(const Object& object, std::string_view key, As as, std::string_view wanted) {
  const Value* value = Find(object, key);
  if (value == nullptr || value->is_null()) return Result();
  if (auto found = as(*value)) {
    if constexpr (std::is_pointer_v<Result>)
      return found;
    else
      return Result(*found);
  }
  return WrongType(key, wanted);
}

}  // namespace

const Value* Find(const Object& object, std::string_view key) { return object.if_contains({key.data(), key.size()}); }

std::optional<std::string_view> AsString(const Value& value) {
  return value.is_string() ? std::optional<std::string_view>(View(value.get_string())) : std::nullopt;
}

std::optional<int64_t> AsInt(const Value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64() && value.get_uint64() <= uint64_t{std::numeric_limits<int64_t>::max()}) {
    return static_cast<int64_t>(value.get_uint64());
  }
  return std::nullopt;
}

std::optional<std::string_view> GetString(const Object& object, std::string_view key) {
  const Value* value = Find(object, key);
  return value == nullptr ? std::nullopt : AsString(*value);
}

std::optional<int64_t> GetInt(const Object& object, std::string_view key) {
  const Value* value = Find(object, key);
  return value == nullptr ? std::nullopt : AsInt(*value);
}

std::optional<bool> GetBool(const Object& object, std::string_view key) {
  const Value* value = Find(object, key);
  return value == nullptr ? std::nullopt : AsBool(*value);
}

const Object* GetObject(const Object& object, std::string_view key) {
  const Value* value = Find(object, key);
  return value == nullptr ? nullptr : value->if_object();
}

const Array* GetArray(const Object& object, std::string_view key) {
  const Value* value = Find(object, key);
  return value == nullptr ? nullptr : value->if_array();
}

absl::StatusOr<std::string> RequireString(const Object& object, std::string_view key) {
  return Require<std::string>(object, key, AsString, "a string");
}
absl::StatusOr<int64_t> RequireInt(const Object& object, std::string_view key) {
  return Require<int64_t>(object, key, AsInt, "an integer");
}
absl::StatusOr<bool> RequireBool(const Object& object, std::string_view key) {
  return Require<bool>(object, key, AsBool, "a boolean");
}
absl::StatusOr<const Object*> RequireObject(const Object& object, std::string_view key) {
  return Require<const Object*>(object, key, AsObject, "an object");
}
absl::StatusOr<const Array*> RequireArray(const Object& object, std::string_view key) {
  return Require<const Array*>(object, key, AsArray, "an array");
}

absl::StatusOr<std::optional<std::string>> OptionalString(const Object& object, std::string_view key) {
  return Optional<std::optional<std::string>>(object, key, AsString, "a string");
}
absl::StatusOr<std::optional<int64_t>> OptionalInt(const Object& object, std::string_view key) {
  return Optional<std::optional<int64_t>>(object, key, AsInt, "an integer");
}
absl::StatusOr<std::optional<bool>> OptionalBool(const Object& object, std::string_view key) {
  return Optional<std::optional<bool>>(object, key, AsBool, "a boolean");
}
absl::StatusOr<const Object*> OptionalObject(const Object& object, std::string_view key) {
  return Optional<const Object*>(object, key, AsObject, "an object");
}
absl::StatusOr<const Array*> OptionalArray(const Object& object, std::string_view key) {
  return Optional<const Array*>(object, key, AsArray, "an array");
}

absl::StatusOr<std::optional<std::vector<std::string>>> OptionalStrings(const Object& object, std::string_view key) {
  PLEXUS_ASSIGN_OR_RETURN(const Array* array, OptionalArray(object, key));
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> strings;
  strings.reserve(array->size());
  for (const Value& value : *array) {
    if (!value.is_string()) return WrongType(key, "an array of strings");
    strings.emplace_back(View(value.get_string()));
  }
  return strings;
}

}  // namespace plexus::json
