#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "services/account/handlers/issue_session.h"
#include "services/account/handlers/revocation.h"
#include "services/account/storage/accounts.h"

namespace plexus::account {

namespace {

// Makes the device that the minted session is for known once the refresh token has told it.
void BindToDevice(MintedSession& minted, const std::string& device_id) {
  minted.tokens.set_device_id(device_id);
  minted.access.device_id = device_id;
  minted.refresh->device_id = device_id;
}

absl::Status CheckUser(storage::Transaction& transaction, const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<Account> account, FindAccount(transaction, user_id));
  if (!account || account->deactivated) return errors::UnknownToken(/*soft_logout=*/false);
  return account->is_locked ? errors::UserLocked() : absl::OkStatus();
}

// A token that is exchanged again has a successor that was never used: the client did not get it, and it becomes void.
// The predecessor becomes void because its successor is being used.
absl::StatusOr<std::vector<int64_t>> VoidNeighbours(storage::Transaction& transaction, const RefreshToken& token,
                                                    int64_t now_ms) {
  PLEXUS_RETURN_IF_ERROR(DeletePredecessorOf(transaction, token.refresh_id));
  PLEXUS_ASSIGN_OR_RETURN(std::vector<int64_t> revoked,
                          DeleteExpiredTokens(transaction, token.user_id, token.device_id, token.refresh_id, now_ms));
  if (token.next_id == 0) return revoked;
  PLEXUS_ASSIGN_OR_RETURN(std::vector<int64_t> unused,
                          DeleteTokensOfRefresh(transaction, token.user_id, token.next_id));
  PLEXUS_RETURN_IF_ERROR(DeleteRefreshToken(transaction, token.next_id));
  revoked.insert(revoked.end(), unused.begin(), unused.end());
  return revoked;
}

struct Refreshed {
  v1::SessionTokens tokens;
  std::vector<int64_t> revoked;
};

absl::StatusOr<Refreshed> Exchange(storage::Transaction& transaction, const std::string& token_hash,
                                   MintedSession minted, int64_t now_ms) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<RefreshToken> token, FindRefreshToken(transaction, token_hash));
  if (!token || token->user_id != minted.access.user_id) return errors::UnknownToken(/*soft_logout=*/false);
  PLEXUS_RETURN_IF_ERROR(CheckUser(transaction, token->user_id));
  BindToDevice(minted, token->device_id);
  Refreshed refreshed{minted.tokens, {}};
  PLEXUS_ASSIGN_OR_RETURN(refreshed.revoked, VoidNeighbours(transaction, *token, now_ms));
  PLEXUS_RETURN_IF_ERROR(InsertAccessToken(transaction, minted.access));
  PLEXUS_RETURN_IF_ERROR(InsertRefreshToken(transaction, *minted.refresh));
  PLEXUS_RETURN_IF_ERROR(SetNextRefreshToken(transaction, token->refresh_id, minted.refresh->refresh_id));
  return refreshed;
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(RefreshSession) {
  v1::NewSession session;
  session.set_with_refresh_token(true);
  const int64_t now = tenant.now_ms();
  MintedSession minted = MintSession(request.user_id(), session, now, tenant.config().access_token_lifetime_ms);
  minted.access.used = false;
  auto exchange = [hash = request.token_hash(), minted = std::move(minted), now](
                      storage::Transaction& transaction, UserLog&) { return Exchange(transaction, hash, minted, now); };
  absl::StatusOr<Refreshed> refreshed =
      co_await UserShards::Write(tenant.shards, context, request.user_id(), /*entries=*/0, std::move(exchange));
  if (!refreshed.ok()) co_return refreshed.status();
  co_await ForgetTokens(tenant, std::move(refreshed->revoked));
  v1::RefreshSessionResponse response;
  *response.mutable_tokens() = std::move(refreshed->tokens);
  co_return response;
}

}  // namespace plexus::account
