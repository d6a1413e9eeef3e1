#include "services/account/storage/accounts.h"

#include "common/base/status_macros.h"
#include "services/account/storage/hot_statements.h"

namespace plexus::account {
namespace {

constexpr std::string_view kFind = R"sql(
  SELECT user_id, password_hash, is_admin, is_guest, is_locked, is_suspended, deactivated, created_ts
  FROM account WHERE user_id = $1)sql";

constexpr std::string_view kInsert = R"sql(
  INSERT INTO account (user_id, password_hash, is_admin, is_guest, created_ts) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (user_id) DO NOTHING RETURNING user_id)sql";

Account ToAccount(const pqxx::row& row) {
  Account account;
  account.user_id = row["user_id"].as<std::string>();
  account.password_hash = row["password_hash"].as<std::string>();
  account.is_admin = row["is_admin"].as<bool>();
  account.is_guest = row["is_guest"].as<bool>();
  account.is_locked = row["is_locked"].as<bool>();
  account.is_suspended = row["is_suspended"].as<bool>();
  account.deactivated = row["deactivated"].as<bool>();
  account.created_ts = row["created_ts"].as<int64_t>();
  return account;
}

}  // namespace

const std::string_view kAccountsAfter = R"sql(
  SELECT user_id, password_hash, is_admin, is_guest, is_locked, is_suspended, deactivated, created_ts
  FROM account WHERE user_id > $1 ORDER BY user_id LIMIT $2)sql";

absl::StatusOr<std::optional<Account>> FindAccount(storage::Source source, const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFind, user_id));
  if (rows.empty()) return std::nullopt;
  return ToAccount(rows[0]);
}

absl::StatusOr<std::vector<Account>> AccountsAfter(storage::Source source, const std::string& after, int limit) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kAccountsAfter, after, limit));
  std::vector<Account> accounts;
  for (const auto& row : rows) accounts.push_back(ToAccount(row));
  return accounts;
}

absl::StatusOr<bool> InsertAccount(storage::Source source, const Account& account) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kInsert, account.user_id, account.password_hash,
                                                          account.is_admin, account.is_guest, account.created_ts));
  return !rows.empty();
}

}  // namespace plexus::account
