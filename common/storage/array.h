// Array literals in Postgres' text format, for `unnest($1::bigint[])` and `= ANY($1)`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plexus::storage {

// Each returns "{…}", to be passed as a parameter and cast in the statement. Empty input gives "{}".
std::string BigintArray(std::span<const int64_t> values);
std::string IntArray(std::span<const int32_t> values);  // also for smallint[]
std::string BoolArray(const std::vector<bool>& values);
// Quotes, backslashes, braces, commas, spaces and "NULL" are escaped; NUL bytes make the statement fail.
std::string TextArray(std::span<const std::string> values);
std::string TextArray(std::span<const std::string_view> values);
// nullopt stands for NULL.
std::string NullableTextArray(std::span<const std::optional<std::string>> values);
std::string NullableBigintArray(std::span<const std::optional<int64_t>> values);
// Raw bytes, for bytea[].
std::string BytesArray(std::span<const std::string> values);

}  // namespace plexus::storage
