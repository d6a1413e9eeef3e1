#include "services/account/domain/token.h"

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/matrix/base64.h"
#include "common/matrix/ids.h"
#include "services/account/domain/digest.h"

namespace plexus::account {
namespace {

constexpr size_t kRandomLength = 32;
constexpr size_t kChecksumLength = 6;
// "_" + random + "_" + checksum. Base64 may hold '_' too, so tokens are taken apart from their end.
constexpr size_t kTailLength = 1 + kRandomLength + 1 + kChecksumLength;
constexpr size_t kMaxTokenLength = 512;

std::string_view Prefix(TokenKind kind) {
  switch (kind) {
    case TokenKind::kAccess: return "plx_";
    case TokenKind::kRefresh: return "plr_";
    case TokenKind::kLogin: return "pll_";
  }
  return "";
}

// 31 bits of SHA-256 as letters and digits.
std::string Checksum(std::string_view text) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const std::string digest = Sha256(text);
  uint32_t bits = 0;
  for (size_t i = 0; i < 4; ++i) bits = bits << 8 | static_cast<uint8_t>(digest[i]);
  std::string checksum;
  for (size_t i = 0; i < kChecksumLength; ++i, bits /= kAlphabet.size()) {
    checksum += kAlphabet[bits % kAlphabet.size()];
  }
  return checksum;
}

}  // namespace

std::string MintToken(TokenKind kind, std::string_view user_id) {
  std::string token = absl::StrCat(Prefix(kind), matrix::Base64UrlEncode(matrix::Localpart(user_id)), "_",
                                   RandomAlphanumeric(kRandomLength));
  absl::StrAppend(&token, "_", Checksum(token));
  return token;
}

std::optional<std::string> UserOfToken(TokenKind kind, std::string_view token, std::string_view server_name) {
  const std::string_view prefix = Prefix(kind);
  if (token.size() > kMaxTokenLength || !absl::StartsWith(token, prefix)) return std::nullopt;
  if (token.size() <= prefix.size() + kTailLength) return std::nullopt;
  const std::string_view checked = token.substr(0, token.size() - kChecksumLength - 1);
  if (token.substr(checked.size()) != absl::StrCat("_", Checksum(checked))) return std::nullopt;
  const std::string_view encoded = token.substr(prefix.size(), token.size() - prefix.size() - kTailLength);
  std::optional<std::string> localpart = matrix::Base64UrlDecode(encoded);
  if (!localpart) return std::nullopt;
  return absl::StrCat("@", *localpart, ":", server_name);
}

std::string TokenHash(std::string_view token) { return Sha256(token); }

}  // namespace plexus::account
