#include "services/account/handlers/handlers.h"

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/random.h"
#include "services/account/domain/token.h"
#include "services/account/storage/one_time_tokens.h"

namespace plexus::account {

namespace {

constexpr size_t kNonceLength = 64;
constexpr int64_t kNonceLifetimeMs = 60'000;

}  // namespace

PLEXUS_ACCOUNT_HANDLER(GetSharedSecretNonce) {
  if (tenant.config().registration.shared_secret.empty()) {
    co_return errors::Unknown(400, "Shared secret registration is not enabled");
  }
  const std::string nonce = RandomAlphanumeric(kNonceLength);
  auto insert = [hash = TokenHash(nonce), expires = tenant.now_ms() + kNonceLifetimeMs](storage::Session& session) {
    return InsertOneTimeToken(session, hash, kNoncePurpose, /*user_id=*/"", expires);
  };
  absl::Status inserted = co_await tenant.Run(std::move(insert));
  if (!inserted.ok()) co_return inserted;
  v1::GetSharedSecretNonceResponse response;
  response.set_body_json(absl::StrCat(R"({"nonce":")", nonce, R"("})"));
  co_return response;
}

}  // namespace plexus::account
