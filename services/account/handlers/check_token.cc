#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/rpc/call.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "services/account/domain/token.h"
#include "services/account/storage/access_tokens.h"

namespace plexus::account {

namespace {

// How stale "last seen" may become, and how long the answer may wait for its being written.
constexpr int64_t kLastSeenStepMs = 5 * 60 * 1000;
constexpr absl::Duration kTouchTimeout = absl::Seconds(1);

bool NeedsTouch(const TokenOwner& owner, int64_t now_ms) {
  return !owner.token.used || now_ms - owner.device_seen_ts > kLastSeenStepMs;
}

// Failures are left to the next check.
Task<void> Touch(const AccountTenant& tenant, const rpc::Context& context, const AccessToken& token,
                 const common::v1::ClientInfo& client) {
  v1::TouchSessionRequest touch;
  touch.set_user_id(token.user_id);
  touch.set_token_id(token.token_id);
  *touch.mutable_client() = client;
  rpc::Context limited = context.WithTimeout(*tenant.env.clock, kTouchTimeout);
  auto touched =
      co_await rpc::Call(*tenant.env.rpc, std::move(limited), v1::AccountService::TouchSession, std::move(touch));
  touched.IgnoreError();
}

v1::CheckTokenResponse Describe(const TokenOwner& owner) {
  v1::CheckTokenResponse response;
  common::v1::Requester& requester = *response.mutable_requester();
  requester.set_user_id(owner.token.user_id);
  requester.set_device_id(owner.token.device_id);
  requester.set_token_id(owner.token.token_id);
  requester.set_is_guest(owner.account.is_guest);
  requester.set_is_admin(owner.account.is_admin);
  requester.set_is_suspended(owner.account.is_suspended);
  response.set_expires_at_ms(owner.token.expires_ts);
  response.set_is_locked(owner.account.is_locked);
  return response;
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(CheckToken) {
  if (!UserOfToken(TokenKind::kAccess, request.access_token(), tenant.server_name())) {
    co_return errors::UnknownToken(/*soft_logout=*/false);
  }
  auto read = [hash = TokenHash(request.access_token())](storage::Session& session) {
    return FindTokenOwner(session, hash);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<TokenOwner> owner, co_await tenant.Run(std::move(read)));
  if (!owner || owner->account.deactivated) co_return errors::UnknownToken(/*soft_logout=*/false);
  const int64_t now = tenant.now_ms();
  if (owner->token.expires_ts != 0 && owner->token.expires_ts <= now) {
    co_return errors::UnknownToken(/*soft_logout=*/true);
  }
  if (NeedsTouch(*owner, now)) co_await Touch(tenant, context, owner->token, request.client());
  co_return Describe(*owner);
}

}  // namespace plexus::account
