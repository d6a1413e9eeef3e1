#include "common/matrix/level_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "absl/strings/ascii.h"
#include "common/json/access.h"

namespace plexus::matrix {
namespace {

constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
constexpr int64_t kSmallest = std::numeric_limits<int64_t>::min();

std::optional<int64_t> FromText(std::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  if (text.empty() || !std::all_of(text.begin(), text.end(), absl::ascii_isdigit)) return std::nullopt;
  int64_t level = 0;
  const bool fits = std::from_chars(text.data(), text.data() + text.size(), level).ec == std::errc();
  if (!fits) return negative ? kSmallest : kLargest;
  return negative ? -level : level;
}

std::optional<int64_t> FromFloat(double number) {
  if (!std::isfinite(number)) return std::nullopt;
  if (number >= 0x1p63) return kLargest;
  if (number <= -0x1p63) return kSmallest;
  return static_cast<int64_t>(number);
}

}  // namespace

std::optional<int64_t> LevelOf(const json::Value& value, const RoomVersion& version) {
  if (std::optional<int64_t> integer = json::AsInt(value)) return integer;
  if (version.integer_power_levels) return std::nullopt;
  if (value.is_string()) return FromText(json::View(value.get_string()));
  if (version.strict_json) return std::nullopt;
  if (value.is_uint64()) return kLargest;
  return value.is_double() ? FromFloat(value.get_double()) : std::nullopt;
}

std::optional<int64_t> LevelOf(const json::Object& object, std::string_view key, const RoomVersion& version) {
  const json::Value* value = json::Find(object, key);
  return value == nullptr ? std::nullopt : LevelOf(*value, version);
}

}  // namespace plexus::matrix
