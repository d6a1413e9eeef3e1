#include "services/account/storage/accounts.h"

#include "common/base/status_macros.h"

namespace plexus::account {
namespace {

constexpr std::string_view kFind = R"sql(
  SELECT user_id, password_hash, is_admin, is_guest, is_locked, is_suspended, deactivated, created_ts
  FROM account WHERE user_id = $1)sql";

constexpr std::string_view kInsert = R"sql(
  INSERT INTO account (user_id, password_hash, is_admin, is_guest, created_ts) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (user_id) DO NOTHING RETURNING user_id)sql";

}  // namespace

absl::StatusOr<std::optional<Account>> FindAccount(storage::Source source, const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFind, user_id));
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  Account account;
  account.user_id = user_id;
  account.password_hash = row["password_hash"].as<std::string>();
  account.is_admin = row["is_admin"].as<bool>();
  account.is_guest = row["is_guest"].as<bool>();
  account.is_locked = row["is_locked"].as<bool>();
  account.is_suspended = row["is_suspended"].as<bool>();
  account.deactivated = row["deactivated"].as<bool>();
  account.created_ts = row["created_ts"].as<int64_t>();
  return account;
}

absl::StatusOr<bool> InsertAccount(storage::Source source, const Account& account) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kInsert, account.user_id, account.password_hash,
                                                          account.is_admin, account.is_guest, account.created_ts));
  return !rows.empty();
}

}  // namespace plexus::account
