#include "gateway/auth/token_checker.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/rpc/call.h"
#include "plexus/account/v1/account_service.rpc.h"

namespace plexus::gateway {

using account::v1::AccountService;
using account::v1::CheckTokenRequest;
using account::v1::CheckTokenResponse;

bool TokenChecker::HasExpired(const CheckedToken& token) const {
  return token.expires_at_ms != 0 && clock_.NowMillis() >= token.expires_at_ms;
}

Task<absl::StatusOr<CheckedToken>> TokenChecker::Check(TenantStatePtr tenant, rpc::Context context, std::string token,
                                                       common::v1::ClientInfo client) {
  const TokenKey key = KeyOf(tenant->server_name(), token);
  const bool may_trust = tenant->revocations.AreKnown(clock_.BootNanos());
  if (may_trust) {
    std::optional<CheckedToken> known = cache_->Find(key, clock_.BootNanos());
    if (known && !HasExpired(*known)) co_return *std::move(known);
  }
  const uint64_t ticket = cache_->Ticket();
  CheckTokenRequest request;
  request.set_access_token(std::move(token));
  *request.mutable_client() = std::move(client);
  PLEXUS_CO_ASSIGN_OR_RETURN(CheckTokenResponse response,
                             co_await rpc::Call(channel_, std::move(context), AccountService::CheckToken, request));
  CheckedToken checked{std::move(*response.mutable_requester()), response.expires_at_ms(), response.is_locked()};
  if (may_trust) cache_->Put(key, tenant->server_name(), checked, ticket, clock_.BootNanos());
  co_return checked;
}

}  // namespace plexus::gateway
