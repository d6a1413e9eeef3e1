// Table one_time_token: values that work once and not for long.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"

namespace plexus::account {

inline constexpr std::string_view kNoncePurpose = "shared_secret_nonce";
inline constexpr std::string_view kLoginPurpose = "login_token";

// `hash` is the value's SHA-256; `user_id` may be empty.
absl::Status InsertOneTimeToken(storage::Source source, const std::string& hash, std::string_view purpose,
                                const std::string& user_id, int64_t expires_ts);

// Uses the value up and answers its user. Nothing if it is unknown, expired, used or of another purpose. Of several who
// ask at once, one gets it.
absl::StatusOr<std::optional<std::string>> TakeOneTimeToken(storage::Source source, const std::string& hash,
                                                            std::string_view purpose, int64_t now_ms);

// Deletes at most `limit` expired ones. Answers how many.
absl::StatusOr<int64_t> SweepOneTimeTokens(storage::Source source, int64_t now_ms, int limit);

}  // namespace plexus::account
