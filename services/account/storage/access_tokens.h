// Table access_token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"
#include "services/account/storage/accounts.h"

namespace plexus::account {

struct AccessToken {
  std::string hash;  // SHA-256
  int64_t token_id = 0;
  std::string user_id;
  std::string device_id;
  int64_t expires_ts = 0;  // milliseconds; 0: never
  int64_t refresh_id = 0;  // the refresh token that was given with it, or 0
  bool used = false;
};

// An access token with what CheckToken needs to know of its user and device.
struct TokenOwner {
  AccessToken token;
  Account account;  // without the password's hash
  int64_t device_seen_ts = 0;
};
absl::StatusOr<std::optional<TokenOwner>> FindTokenOwner(storage::Source source, const std::string& hash);

absl::Status InsertAccessToken(storage::Source source, const AccessToken& token);

struct TouchedToken {
  std::string device_id;
  int64_t refresh_id = 0;
};
// Marks the token as used. Nothing if there is no such token.
absl::StatusOr<std::optional<TouchedToken>> MarkTokenUsed(storage::Source source, const std::string& user_id,
                                                          int64_t token_id);

// Each deletes and returns the ids of the deleted tokens.
absl::StatusOr<std::vector<int64_t>> DeleteTokensOfDevices(storage::Source source, const std::string& user_id,
                                                           const std::vector<std::string>& device_ids);
absl::StatusOr<std::vector<int64_t>> DeleteTokensOfUser(storage::Source source, const std::string& user_id);
absl::StatusOr<std::vector<int64_t>> DeleteTokenById(storage::Source source, const std::string& user_id,
                                                     int64_t token_id);
absl::StatusOr<std::vector<int64_t>> DeleteTokensOfRefresh(storage::Source source, const std::string& user_id,
                                                           int64_t refresh_id);
// Tokens of the device that have expired, except the one that belongs to `refresh_id`: whoever still uses that one
// learns of its end softly.
absl::StatusOr<std::vector<int64_t>> DeleteExpiredTokens(storage::Source source, const std::string& user_id,
                                                         const std::string& device_id, int64_t refresh_id,
                                                         int64_t now_ms);

}  // namespace plexus::account
