#include "common/matrix/base64.h"

#include <sodium.h>

#include <array>
#include <cstdint>

namespace plexus::matrix {
namespace {

std::string Encode(std::string_view bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    variant);
  text.pop_back();  // the terminating NUL
  return text;
}

constexpr int8_t kInvalid = -1;

constexpr std::array<int8_t, 256> ValuesOf(std::string_view last_two) {
  std::array<int8_t, 256> values{};
  values.fill(kInvalid);
  for (int i = 0; i < 26; ++i) values['A' + i] = static_cast<int8_t>(i);
  for (int i = 0; i < 26; ++i) values['a' + i] = static_cast<int8_t>(26 + i);
  for (int i = 0; i < 10; ++i) values['0' + i] = static_cast<int8_t>(52 + i);
  values[static_cast<unsigned char>(last_two[0])] = 62;
  values[static_cast<unsigned char>(last_two[1])] = 63;
  return values;
}

// libsodium refuses text whose unused last bits are set, as those of the key in the specification's own vectors are.
std::optional<std::string> Decode(std::string_view text, const std::array<int8_t, 256>& values) {
  for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  uint32_t bits = 0;
  int held = 0;
  for (unsigned char c : text) {
    if (values[c] == kInvalid) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(values[c]);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xff);
  }
  return bytes;
}

}  // namespace

std::string Base64Encode(std::string_view bytes) { return Encode(bytes, sodium_base64_VARIANT_ORIGINAL_NO_PADDING); }
std::string Base64UrlEncode(std::string_view bytes) { return Encode(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING); }

std::optional<std::string> Base64Decode(std::string_view text) {
  static constexpr std::array<int8_t, 256> kValues = ValuesOf("+/");
  return Decode(text, kValues);
}

std::optional<std::string> Base64UrlDecode(std::string_view text) {
  static constexpr std::array<int8_t, 256> kValues = ValuesOf("-_");
  return Decode(text, kValues);
}

}  // namespace plexus::matrix
