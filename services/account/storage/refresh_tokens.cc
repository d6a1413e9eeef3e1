#include "services/account/storage/refresh_tokens.h"

#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "services/account/storage/hot_statements.h"

namespace plexus::account {

const std::string_view kDeletePredecessor = "DELETE FROM refresh_token WHERE next_id = $1 AND next_id <> 0";

namespace {

constexpr std::string_view kFind =
    "SELECT refresh_id, user_id, device_id, next_id FROM refresh_token WHERE token_hash = $1";

constexpr std::string_view kInsert = R"sql(
  INSERT INTO refresh_token (token_hash, refresh_id, user_id, device_id, next_id) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (token_hash) DO NOTHING)sql";

constexpr std::string_view kSetNext = "UPDATE refresh_token SET next_id = $2 WHERE refresh_id = $1";

constexpr std::string_view kDelete = "DELETE FROM refresh_token WHERE refresh_id = $1";

constexpr std::string_view kDeleteOfDevices =
    "DELETE FROM refresh_token WHERE user_id = $1 AND device_id = ANY($2::text[])";

constexpr std::string_view kDeleteOfUser = "DELETE FROM refresh_token WHERE user_id = $1";

}  // namespace

absl::StatusOr<std::optional<RefreshToken>> FindRefreshToken(storage::Source source, const std::string& hash) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFind, storage::Bytes{hash}));
  if (rows.empty()) return std::nullopt;
  return RefreshToken{hash, rows[0]["refresh_id"].as<int64_t>(), rows[0]["user_id"].as<std::string>(),
                      rows[0]["device_id"].as<std::string>(), rows[0]["next_id"].as<int64_t>()};
}

absl::Status InsertRefreshToken(storage::Source source, const RefreshToken& token) {
  return source
      .Query(kInsert, storage::Bytes{token.hash}, token.refresh_id, token.user_id, token.device_id, token.next_id)
      .status();
}

absl::Status SetNextRefreshToken(storage::Source source, int64_t refresh_id, int64_t next_id) {
  return source.Query(kSetNext, refresh_id, next_id).status();
}

absl::Status DeleteRefreshToken(storage::Source source, int64_t refresh_id) {
  return source.Query(kDelete, refresh_id).status();
}

absl::Status DeletePredecessorOf(storage::Source source, int64_t next_id) {
  return source.Query(kDeletePredecessor, next_id).status();
}

absl::Status DeleteRefreshTokensOfDevices(storage::Source source, const std::string& user_id,
                                          const std::vector<std::string>& device_ids) {
  return source.Query(kDeleteOfDevices, user_id, storage::TextArray(device_ids)).status();
}

absl::Status DeleteRefreshTokensOfUser(storage::Source source, const std::string& user_id) {
  return source.Query(kDeleteOfUser, user_id).status();
}

}  // namespace plexus::account
