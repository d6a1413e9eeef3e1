#include "services/account/storage/access_tokens.h"

#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "services/account/storage/hot_statements.h"

namespace plexus::account {

const std::string_view kFindTokenOwner = R"sql(
  SELECT t.token_id, t.user_id, t.device_id, t.expires_ts, t.refresh_id, t.used,
         a.is_admin, a.is_guest, a.is_locked, a.is_suspended, a.deactivated, coalesce(d.last_seen_ts, 0) AS seen
  FROM access_token t JOIN account a ON a.user_id = t.user_id
  LEFT JOIN device d ON d.user_id = t.user_id AND d.device_id = t.device_id
  WHERE t.token_hash = $1)sql";

namespace {

constexpr std::string_view kInsert = R"sql(
  INSERT INTO access_token (token_hash, token_id, user_id, device_id, expires_ts, refresh_id, used)
  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (token_hash) DO NOTHING)sql";

constexpr std::string_view kMarkUsed = R"sql(
  UPDATE access_token SET used = true WHERE token_id = $2 AND user_id = $1 RETURNING device_id, refresh_id)sql";

constexpr std::string_view kDeleteOfDevices = R"sql(
  DELETE FROM access_token WHERE user_id = $1 AND device_id = ANY($2::text[]) RETURNING token_id)sql";

constexpr std::string_view kDeleteOfUser = "DELETE FROM access_token WHERE user_id = $1 RETURNING token_id";

constexpr std::string_view kDeleteById =
    "DELETE FROM access_token WHERE token_id = $2 AND user_id = $1 RETURNING token_id";

constexpr std::string_view kDeleteOfRefresh =
    "DELETE FROM access_token WHERE user_id = $1 AND refresh_id = $2 RETURNING token_id";

constexpr std::string_view kDeleteExpired = R"sql(
  DELETE FROM access_token
  WHERE user_id = $1 AND device_id = $2 AND refresh_id <> $3 AND expires_ts > 0 AND expires_ts <= $4
  RETURNING token_id)sql";

absl::StatusOr<std::vector<int64_t>> Ids(absl::StatusOr<pqxx::result> rows) {
  if (!rows.ok()) return rows.status();
  std::vector<int64_t> ids;
  for (const pqxx::row& row : *rows) ids.push_back(row[0].as<int64_t>());
  return ids;
}

}  // namespace

absl::StatusOr<std::optional<TokenOwner>> FindTokenOwner(storage::Source source, const std::string& hash) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFindTokenOwner, storage::Bytes{hash}));
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  TokenOwner owner;
  owner.token = {hash,
                 row["token_id"].as<int64_t>(),
                 row["user_id"].as<std::string>(),
                 row["device_id"].as<std::string>(),
                 row["expires_ts"].as<int64_t>(),
                 row["refresh_id"].as<int64_t>(),
                 row["used"].as<bool>()};
  owner.account.user_id = owner.token.user_id;
  owner.account.is_admin = row["is_admin"].as<bool>();
  owner.account.is_guest = row["is_guest"].as<bool>();
  owner.account.is_locked = row["is_locked"].as<bool>();
  owner.account.is_suspended = row["is_suspended"].as<bool>();
  owner.account.deactivated = row["deactivated"].as<bool>();
  owner.device_seen_ts = row["seen"].as<int64_t>();
  return owner;
}

absl::Status InsertAccessToken(storage::Source source, const AccessToken& token) {
  return source
      .Query(kInsert, storage::Bytes{token.hash}, token.token_id, token.user_id, token.device_id, token.expires_ts,
             token.refresh_id, token.used)
      .status();
}

absl::StatusOr<std::optional<TouchedToken>> MarkTokenUsed(storage::Source source, const std::string& user_id,
                                                          int64_t token_id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kMarkUsed, user_id, token_id));
  if (rows.empty()) return std::nullopt;
  return TouchedToken{rows[0][0].as<std::string>(), rows[0][1].as<int64_t>()};
}

absl::StatusOr<std::vector<int64_t>> DeleteTokensOfDevices(storage::Source source, const std::string& user_id,
                                                           const std::vector<std::string>& device_ids) {
  return Ids(source.Query(kDeleteOfDevices, user_id, storage::TextArray(device_ids)));
}

absl::StatusOr<std::vector<int64_t>> DeleteTokensOfUser(storage::Source source, const std::string& user_id) {
  return Ids(source.Query(kDeleteOfUser, user_id));
}

absl::StatusOr<std::vector<int64_t>> DeleteTokenById(storage::Source source, const std::string& user_id,
                                                     int64_t token_id) {
  return Ids(source.Query(kDeleteById, user_id, token_id));
}

absl::StatusOr<std::vector<int64_t>> DeleteTokensOfRefresh(storage::Source source, const std::string& user_id,
                                                           int64_t refresh_id) {
  return Ids(source.Query(kDeleteOfRefresh, user_id, refresh_id));
}

absl::StatusOr<std::vector<int64_t>> DeleteExpiredTokens(storage::Source source, const std::string& user_id,
                                                         const std::string& device_id, int64_t refresh_id,
                                                         int64_t now_ms) {
  return Ids(source.Query(kDeleteExpired, user_id, device_id, refresh_id, now_ms));
}

}  // namespace plexus::account
