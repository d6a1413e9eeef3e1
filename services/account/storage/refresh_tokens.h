// Table refresh_token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"

namespace plexus::account {

struct RefreshToken {
  std::string hash;  // SHA-256
  int64_t refresh_id = 0;
  std::string user_id;
  std::string device_id;
  int64_t next_id = 0;  // the successor that was given for it, or 0
};

absl::StatusOr<std::optional<RefreshToken>> FindRefreshToken(storage::Source source, const std::string& hash);
absl::Status InsertRefreshToken(storage::Source source, const RefreshToken& token);
absl::Status SetNextRefreshToken(storage::Source source, int64_t refresh_id, int64_t next_id);

absl::Status DeleteRefreshToken(storage::Source source, int64_t refresh_id);
// The token whose successor `next_id` is: the successor has been used.
absl::Status DeletePredecessorOf(storage::Source source, int64_t next_id);
absl::Status DeleteRefreshTokensOfDevices(storage::Source source, const std::string& user_id,
                                          const std::vector<std::string>& device_ids);
absl::Status DeleteRefreshTokensOfUser(storage::Source source, const std::string& user_id);

}  // namespace plexus::account
