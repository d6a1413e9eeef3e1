#include "services/account/storage/registration_tokens.h"

#include "common/base/status_macros.h"

namespace plexus::account {
namespace {

constexpr std::string_view kInsert = R"sql(
  INSERT INTO registration_token (token, uses_allowed, expires_ts) VALUES ($1, $2, $3)
  ON CONFLICT (token) DO NOTHING RETURNING token)sql";

constexpr std::string_view kIsValid = R"sql(
  SELECT token FROM registration_token
  WHERE token = $1 AND (uses_allowed IS NULL OR pending + completed < uses_allowed)
    AND (expires_ts = 0 OR expires_ts > $2))sql";

constexpr std::string_view kReserve = R"sql(
  UPDATE registration_token SET pending = pending + 1
  WHERE token = $1 AND (uses_allowed IS NULL OR pending + completed < uses_allowed)
    AND (expires_ts = 0 OR expires_ts > $2)
  RETURNING token)sql";

constexpr std::string_view kComplete = R"sql(
  UPDATE registration_token SET pending = greatest(pending - 1, 0), completed = completed + 1 WHERE token = $1)sql";

}  // namespace

absl::StatusOr<bool> InsertRegistrationToken(storage::Source source, const std::string& token,
                                             std::optional<int32_t> uses_allowed, int64_t expires_ts) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kInsert, token, uses_allowed, expires_ts));
  return !rows.empty();
}

absl::StatusOr<bool> IsRegistrationTokenValid(storage::Source source, const std::string& token, int64_t now_ms) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kIsValid, token, now_ms));
  return !rows.empty();
}

absl::StatusOr<bool> ReserveRegistrationToken(storage::Source source, const std::string& token, int64_t now_ms) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kReserve, token, now_ms));
  return !rows.empty();
}

absl::Status CompleteRegistrationToken(storage::Source source, const std::string& token) {
  return source.Query(kComplete, token).status();
}

}  // namespace plexus::account
