#include "services/account/storage/one_time_tokens.h"

#include "common/base/status_macros.h"
#include "services/account/storage/hot_statements.h"

namespace plexus::account {

const std::string_view kSweepOneTimeTokens = R"sql(
  DELETE FROM one_time_token
  WHERE token_hash IN (SELECT token_hash FROM one_time_token WHERE expires_ts <= $1 ORDER BY expires_ts LIMIT $2))sql";

namespace {

constexpr std::string_view kInsert =
    "INSERT INTO one_time_token (token_hash, purpose, user_id, expires_ts) VALUES ($1, $2, $3, $4)";

constexpr std::string_view kTake = R"sql(
  DELETE FROM one_time_token WHERE token_hash = $1 AND purpose = $2 AND expires_ts > $3 RETURNING user_id)sql";

}  // namespace

absl::Status InsertOneTimeToken(storage::Source source, const std::string& hash, std::string_view purpose,
                                const std::string& user_id, int64_t expires_ts) {
  return source.Query(kInsert, storage::Bytes{hash}, purpose, user_id, expires_ts).status();
}

absl::StatusOr<std::optional<std::string>> TakeOneTimeToken(storage::Source source, const std::string& hash,
                                                            std::string_view purpose, int64_t now_ms) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kTake, storage::Bytes{hash}, purpose, now_ms));
  if (rows.empty()) return std::nullopt;
  return rows[0][0].as<std::string>();
}

absl::StatusOr<int64_t> SweepOneTimeTokens(storage::Source source, int64_t now_ms, int limit) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kSweepOneTimeTokens, now_ms, limit));
  return static_cast<int64_t>(rows.affected_rows());
}

}  // namespace plexus::account
