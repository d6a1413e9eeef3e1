// Turns an access token into its user.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/task.h"
#include "common/rpc/channel.h"
#include "gateway/auth/token_cache.h"
#include "gateway/tenant_state.h"

namespace plexus::gateway {

// Asks the account role, or its own memory of the answer. Thread-safe.
class TokenChecker {
 public:
  // All must outlive the checks.
  TokenChecker(rpc::Channel& channel, const Clock& clock, std::shared_ptr<TokenCache> cache)
      : channel_(channel), clock_(clock), cache_(std::move(cache)) {}

  // 401 M_UNKNOWN_TOKEN (soft_logout if it has only expired), and what the call itself may fail with. A locked user
  // is not an error here.
  Task<absl::StatusOr<CheckedToken>> Check(TenantStatePtr tenant, rpc::Context context, std::string token,
                                           common::v1::ClientInfo client);

 private:
  bool HasExpired(const CheckedToken& token) const;

  rpc::Channel& channel_;
  const Clock& clock_;
  const std::shared_ptr<TokenCache> cache_;
};

}  // namespace plexus::gateway
