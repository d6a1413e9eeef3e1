#include "services/account/handlers/handlers.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/base/matrix_error.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "services/account/storage/registration_tokens.h"

namespace plexus::account {

namespace {

constexpr size_t kMaxTokenLength = 64;
constexpr size_t kGeneratedLength = 16;

// Appendices, "Opaque Identifiers".
bool IsOpaqueIdentifier(std::string_view token) {
  return !token.empty() && token.size() <= kMaxTokenLength && std::all_of(token.begin(), token.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("-._~", c);
  });
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(CreateRegistrationToken) {
  const std::string token = request.token().empty() ? RandomAlphanumeric(kGeneratedLength) : request.token();
  if (!IsOpaqueIdentifier(token)) co_return errors::InvalidParam("A token has 1 to 64 of A-Z a-z 0-9 . _ ~ -");
  std::optional<int32_t> uses;
  if (request.has_uses_allowed()) uses = request.uses_allowed();
  if (uses && *uses < 0) co_return errors::InvalidParam("uses_allowed must not be negative");
  auto insert = [token, uses, expires = request.expires_at_ms()](storage::Session& session) {
    return InsertRegistrationToken(session, token, uses, expires);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(bool inserted, co_await tenant.Run(std::move(insert)));
  if (!inserted) co_return errors::Unknown(400, "This registration token exists already");
  v1::CreateRegistrationTokenResponse response;
  response.set_token(token);
  co_return response;
}

}  // namespace plexus::account
