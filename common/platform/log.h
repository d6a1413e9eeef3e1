// Structured log lines on standard error: time, level, what happened, then key=value fields.
// Never content, tokens or keys.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"

namespace plexus::platform {

// A text, of whichever string type, or a number.
struct LogField {
  template <typename T>
  LogField(std::string_view key, const T& field) : key(key) {
    if constexpr (std::is_arithmetic_v<T>) {
      value = absl::StrCat(field);
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      value = std::string(std::string_view(field));
    } else {
      value.assign(field.data(), field.size());
    }
  }
  std::string_view key;
  std::string value;
};

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError };

// Sets the least level that is written: "trace", "debug", "info", "warn" or "error".
void SetLogLevel(std::string_view level);
bool LogEnabled(LogLevel level);

// Values with spaces, quotes or control characters are quoted and escaped, so that a line stays a line. Thread-safe.
void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void LogInfo(std::string_view message, std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kInfo, message, fields);
}
inline void LogWarn(std::string_view message, std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kWarn, message, fields);
}
inline void LogError(std::string_view message, std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kError, message, fields);
}

}  // namespace plexus::platform
