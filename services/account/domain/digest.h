// Digests of OpenSSL as plain functions. Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace plexus::account {

std::string Sha256(std::string_view text);                          // 32 bytes
std::string HmacSha1(std::string_view key, std::string_view text);  // 20 bytes
std::string HexEncode(std::string_view bytes);                      // lower case

}  // namespace plexus::account
