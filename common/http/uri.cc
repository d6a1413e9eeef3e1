#include "common/http/uri.h"

#include <algorithm>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/http/ascii.h"

namespace plexus::http {
namespace {

// The length of the well-formed UTF-8 sequence at the start of `text` (Unicode 15, table 3-7), or 0.
size_t Utf8SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto within = [&](size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (lead < 0xE0) return within(1, 0x80, 0xBF) ? 2 : 0;
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (!within(1, low, high) || !within(2, 0x80, 0xBF)) return 0;
  if (lead < 0xF0) return 3;
  return within(3, 0x80, 0xBF) ? 4 : 0;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

absl::StatusOr<std::string> Decode(std::string_view raw, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '%') {
      const int high = i + 1 < raw.size() ? HexDigit(raw[i + 1]) : -1;
      const int low = i + 2 < raw.size() ? HexDigit(raw[i + 2]) : -1;
      if (high < 0 || low < 0) return errors::InvalidParam("Malformed percent-encoding in the URL");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') return errors::InvalidParam("NUL in the URL");
    decoded.push_back(c);
  }
  if (!IsUtf8(decoded)) return errors::InvalidParam("The URL is not UTF-8");
  return decoded;
}

bool IsUnreserved(char c) {
  const char lower = ToLower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

absl::StatusOr<std::string> PercentDecode(std::string_view raw) { return Decode(raw, /*plus_is_space=*/false); }

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
  return encoded;
}

std::optional<std::string_view> QueryParameters::Get(std::string_view name) const {
  for (const auto& [key, value] : parameters_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> QueryParameters::GetAll(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : parameters_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

absl::StatusOr<QueryParameters> ParseQuery(std::string_view raw) {
  QueryParameters parameters;
  while (!raw.empty()) {
    const std::string_view piece = raw.substr(0, raw.find('&'));
    raw.remove_prefix(std::min(raw.size(), piece.size() + 1));
    if (piece.empty()) continue;
    if (parameters.all().size() == kMaxQueryParameters) return errors::InvalidParam("Too many query parameters");
    const size_t equals = piece.find('=');
    const std::string_view raw_value = equals == piece.npos ? std::string_view() : piece.substr(equals + 1);
    PLEXUS_ASSIGN_OR_RETURN(std::string name, Decode(piece.substr(0, equals), /*plus_is_space=*/true));
    PLEXUS_ASSIGN_OR_RETURN(std::string value, Decode(raw_value, /*plus_is_space=*/true));
    parameters.Add(std::move(name), std::move(value));
  }
  return parameters;
}

}  // namespace plexus::http
