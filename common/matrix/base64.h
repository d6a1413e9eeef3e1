// Appendices, "Unpadded Base64".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plexus::matrix {

// RFC 4648 without '='.
std::string Base64Encode(std::string_view bytes);
// The same with '-' and '_' in place of '+' and '/'.
std::string Base64UrlEncode(std::string_view bytes);

// The bytes of standard or of URL-safe base64, padded or not; nothing if it is neither.
std::optional<std::string> Base64Decode(std::string_view text);
std::optional<std::string> Base64UrlDecode(std::string_view text);

}  // namespace plexus::matrix
