// Sessions: a device with its access token and, if the client asked for it, refresh token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "plexus/account/v1/account_service.pb.h"
#include "services/account/shards/user_log.h"
#include "services/account/storage/access_tokens.h"
#include "services/account/storage/devices.h"
#include "services/account/storage/refresh_tokens.h"

namespace plexus::account {

// Everything random about a session, made once however often its transaction runs.
struct MintedSession {
  v1::SessionTokens tokens;  // for the client
  Device device;
  AccessToken access;
  std::optional<RefreshToken> refresh;
};

// `lifetime_ms` of the access token counts only if there is a refresh token.
MintedSession MintSession(const std::string& user_id, const v1::NewSession& session, int64_t now_ms,
                          int64_t lifetime_ms);

// Stores the session; appends one log entry at most (the device is new). Tokens that the device had become void; their
// ids are returned. Safe to repeat.
absl::StatusOr<std::vector<int64_t>> StoreSession(storage::Transaction& transaction, UserLog& log,
                                                  const MintedSession& session, int64_t now_ms);

}  // namespace plexus::account
