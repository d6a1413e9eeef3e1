#include "common/matrix/ids.h"

#include <arpa/inet.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/json/utf8.h"

namespace plexus::matrix {
namespace {

constexpr size_t kMaxDnsNameBytes = 255;
constexpr size_t kHashCharacters = 43;  // SHA-256 in unpadded base64
constexpr size_t kMaxRoomVersionBytes = 32;

bool IsPort(std::string_view port) {
  return !port.empty() && port.size() <= 5 && std::all_of(port.begin(), port.end(), absl::ascii_isdigit);
}

bool IsIpv4(std::string_view address) {
  in_addr parsed;
  return address.size() <= 15 && inet_pton(AF_INET, std::string(address).c_str(), &parsed) == 1;
}

bool IsIpv6(std::string_view address) {
  in6_addr parsed;
  return address.size() <= 45 && inet_pton(AF_INET6, std::string(address).c_str(), &parsed) == 1;
}

// Names of digits and dots only must be IPv4 literals: they could be nothing else.
bool IsHostname(std::string_view host) {
  if (host.empty() || host.size() > kMaxDnsNameBytes) return false;
  const bool dns = std::all_of(host.begin(), host.end(),
                               [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-' || c == '.'; });
  if (!dns) return false;
  const bool numeric =
      std::all_of(host.begin(), host.end(), [](unsigned char c) { return absl::ascii_isdigit(c) || c == '.'; });
  return !numeric || IsIpv4(host);
}

// Localparts of historical user ids, of rooms and of aliases.
bool IsFreeText(std::string_view text) { return text.find('\0') == std::string_view::npos && json::IsUtf8(text); }

// "<sigil>localpart:domain" in at most 255 bytes.
bool IsDomainId(std::string_view id, char sigil) {
  return id.size() <= kMaxIdBytes && !id.empty() && id.front() == sigil && IsFreeText(Localpart(id)) &&
         IsValidServerName(ServerName(id));
}

bool IsUrlSafeBase64(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; });
}

}  // namespace

bool IsValidServerName(std::string_view name) {
  if (absl::StartsWith(name, "[")) {
    const size_t end = name.find(']');
    if (end == std::string_view::npos || !IsIpv6(name.substr(1, end - 1))) return false;
    const std::string_view rest = name.substr(end + 1);
    return rest.empty() || (rest.front() == ':' && IsPort(rest.substr(1)));
  }
  const size_t colon = name.find(':');
  if (colon == std::string_view::npos) return IsHostname(name);
  return IsHostname(name.substr(0, colon)) && IsPort(name.substr(colon + 1));
}

std::string_view HostOf(std::string_view server_name) {
  const size_t end = absl::StartsWith(server_name, "[") ? server_name.find(']') : 0;
  return server_name.substr(0, end == std::string_view::npos ? end : server_name.find(':', end));
}

bool IsIpLiteral(std::string_view host) {
  if (host.size() < 2 || host.front() != '[') return IsIpv4(host);
  return host.back() == ']' && IsIpv6(host.substr(1, host.size() - 2));
}

bool IsValidUserId(std::string_view id) { return IsDomainId(id, '@'); }

bool IsValidNewLocalpart(std::string_view localpart) {
  constexpr std::string_view kPunctuation = "._=-/+";
  return !localpart.empty() && std::all_of(localpart.begin(), localpart.end(), [&](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || absl::StrContains(kPunctuation, static_cast<char>(c));
  });
}

absl::StatusOr<std::string> NewUserId(std::string_view localpart, std::string_view server_name) {
  if (!IsValidNewLocalpart(localpart)) {
    return errors::InvalidUsername("A user name consists of the characters a-z, 0-9, '.', '_', '=', '-', '/' and '+'");
  }
  std::string id = absl::StrCat("@", localpart, ":", server_name);
  if (id.size() > kMaxIdBytes) return errors::InvalidUsername("The user name is too long");
  return id;
}

bool IsValidRoomId(std::string_view id) { return IsDomainlessRoomId(id) || IsDomainId(id, '!'); }

bool IsDomainlessRoomId(std::string_view id) {
  return id.size() == 1 + kHashCharacters && id.front() == '!' && IsUrlSafeBase64(id.substr(1));
}

bool IsValidRoomAlias(std::string_view alias) { return IsDomainId(alias, '#'); }

bool IsValidEventId(std::string_view id) {
  return id.size() > 1 && id.size() <= kMaxIdBytes && id.front() == '$' && IsFreeText(id);
}

bool IsDomainEventId(std::string_view id) { return IsDomainId(id, '$'); }

bool IsValidRoomVersionId(std::string_view version) {
  return !version.empty() && version.size() <= kMaxRoomVersionBytes &&
         std::all_of(version.begin(), version.end(), [](unsigned char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '.';
         });
}

std::string_view Localpart(std::string_view id) {
  if (id.empty()) return id;
  return id.substr(1, id.find(':') == std::string_view::npos ? std::string_view::npos : id.find(':') - 1);
}

std::string_view ServerName(std::string_view id) {
  const size_t colon = id.find(':');
  return colon == std::string_view::npos ? std::string_view() : id.substr(colon + 1);
}

}  // namespace plexus::matrix
