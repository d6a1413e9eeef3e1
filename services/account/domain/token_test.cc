#include "services/account/domain/token.h"

#include <gtest/gtest.h>

namespace plexus::account {
namespace {

TEST(Token, NamesItsUser) {
  for (std::string_view user : {"@alice:example.org", "@a_b-c.d/e:example.org", "@=ü?>:example.org"}) {
    for (TokenKind kind : {TokenKind::kAccess, TokenKind::kRefresh, TokenKind::kLogin}) {
      EXPECT_EQ(UserOfToken(kind, MintToken(kind, user), "example.org"), user);
    }
  }
}

TEST(Token, IsNeverTheSameTwice) {
  EXPECT_NE(MintToken(TokenKind::kAccess, "@a:x"), MintToken(TokenKind::kAccess, "@a:x"));
}

TEST(Token, HasItsDocumentedShape) {
  const std::string token = MintToken(TokenKind::kAccess, "@alice:example.org");
  EXPECT_EQ(token.substr(0, 12), "plx_YWxpY2U_");  // "alice" in base64
}

TEST(Token, OfAnotherKindIsRefused) {
  EXPECT_FALSE(UserOfToken(TokenKind::kAccess, MintToken(TokenKind::kRefresh, "@a:x"), "x"));
}

TEST(Token, WithAnyCharacterChangedIsRefused) {
  const std::string token = MintToken(TokenKind::kAccess, "@alice:example.org");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(UserOfToken(TokenKind::kAccess, changed, "example.org")) << i;
  }
}

TEST(Token, GarbageIsRefused) {
  for (std::string_view garbage : {"", "plx_", "plx__", "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijkl"}) {
    EXPECT_FALSE(UserOfToken(TokenKind::kAccess, garbage, "example.org")) << garbage;
  }
  EXPECT_FALSE(UserOfToken(TokenKind::kAccess, "plx_" + std::string(100'000, 'A'), "example.org"));
}

TEST(TokenHash, IsSha256) {
  EXPECT_EQ(TokenHash("abc").size(), 32u);
  EXPECT_EQ(static_cast<unsigned char>(TokenHash("abc")[0]), 0xba);
}

}  // namespace
}  // namespace plexus::account
