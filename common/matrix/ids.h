// The grammar of identifiers. Appendices, "Identifier Grammar". Pure and thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace plexus::matrix {

// The longest user id, room id, alias and event id, in bytes, sigil and domain included.
inline constexpr size_t kMaxIdBytes = 255;

// hostname [":" port]; an IPv6 literal stands in brackets.
bool IsValidServerName(std::string_view name);

// The server name without its port. An IPv6 literal keeps its brackets.
std::string_view HostOf(std::string_view server_name);

// Whether a host (HostOf) is an IPv4 literal or an IPv6 literal in brackets.
bool IsIpLiteral(std::string_view host);

// A user id as it may appear in events: the historical grammar, any characters but ':' and NUL in the localpart,
// which may be empty.
bool IsValidUserId(std::string_view id);

// Whether a new user may be called so: a-z 0-9 . _ = - / + and not empty.
bool IsValidNewLocalpart(std::string_view localpart);

// "@localpart:server_name" for a new user. Errors: 400 M_INVALID_USERNAME if the localpart or the length is not
// allowed.
absl::StatusOr<std::string> NewUserId(std::string_view localpart, std::string_view server_name);

// "!opaque:domain", or "!hash" without a domain as in room version 12.
bool IsValidRoomId(std::string_view id);
// "!hash": 43 characters of URL-safe base64, as room version 12 wants it.
bool IsDomainlessRoomId(std::string_view id);

bool IsValidRoomAlias(std::string_view alias);

// "$" and at least one character: with a domain (room versions 1 and 2) or a hash.
bool IsValidEventId(std::string_view id);

// "$opaque:domain", as room versions 1 and 2 want it.
bool IsDomainEventId(std::string_view id);

// Room Versions, "Room version grammar".
bool IsValidRoomVersionId(std::string_view version);

// What stands between the sigil and the first ':' ("alice" of "@alice:example.org"); all after the sigil if there is
// none.
std::string_view Localpart(std::string_view id);

// What stands after the first ':' ("example.org:8448"); empty if there is none.
std::string_view ServerName(std::string_view id);

}  // namespace plexus::matrix
