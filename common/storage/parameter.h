// What can be passed for $1, $2 … of a statement.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace plexus::storage {

// Raw bytes for a bytea parameter.
struct Bytes {
  std::string_view bytes;
};

// One parameter in Postgres' text format, or NULL. Converts from integers, bool, double, strings, Bytes, the literals
// of array.h, std::nullopt and optionals of these. A text with a NUL byte cannot be stored by Postgres: the statement
// that gets one fails with InvalidArgument.
class Parameter {
 public:
  Parameter(std::nullptr_t) {}
  Parameter(std::nullopt_t) {}
  Parameter(bool value) : text_(value ? "t" : "f") {}
  Parameter(std::integral auto value) : text_(std::to_string(value)) {}
  Parameter(double value);
  Parameter(std::string value) : text_(std::move(value)) {}
  Parameter(std::string_view value) : text_(std::string(value)) {}
  Parameter(const char* value) : text_(value) {}
  Parameter(Bytes value);
  template <typename T>
  Parameter(const std::optional<T>& value) : Parameter(value ? Parameter(*value) : Parameter(std::nullopt)) {}

  bool is_null() const { return !text_.has_value(); }
  // Empty for NULL.
  const std::string& text() const;

 private:
  std::optional<std::string> text_;
};

}  // namespace plexus::storage
