// Access, refresh and login tokens: "plx_<localpart>_<random>_<checksum>".
//
// The localpart (URL-safe base64) tells any process whose token it is, hence which shard to ask; the checksum lets
// garbage be refused without asking anybody. Neither is a secret: 32 random letters and digits (190 bits) are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plexus::account {

enum class TokenKind { kAccess, kRefresh, kLogin };

// A new token of a user of this server. Thread-safe.
std::string MintToken(TokenKind kind, std::string_view user_id);

// The user whose token it claims to be; nothing if no token of this kind looks like that.
std::optional<std::string> UserOfToken(TokenKind kind, std::string_view token, std::string_view server_name);

// SHA-256 of a token, 32 bytes: what is stored instead of it.
std::string TokenHash(std::string_view token);

}  // namespace plexus::account
