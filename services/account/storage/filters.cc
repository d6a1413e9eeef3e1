#include "services/account/storage/filters.h"

#include "common/base/status_macros.h"

namespace plexus::account {
namespace {

constexpr std::string_view kStore =
    "INSERT INTO filter (user_id, filter_id, json) VALUES ($1, $2, $3) ON CONFLICT (user_id, filter_id) DO NOTHING";

constexpr std::string_view kFind = "SELECT json FROM filter WHERE user_id = $1 AND filter_id = $2";

}  // namespace

absl::Status StoreFilter(storage::Source source, const std::string& user_id, const std::string& filter_id,
                         const std::string& json) {
  return source.Query(kStore, user_id, filter_id, json).status();
}

absl::StatusOr<std::optional<std::string>> FindFilter(storage::Source source, const std::string& user_id,
                                                      const std::string& filter_id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFind, user_id, filter_id));
  if (rows.empty()) return std::nullopt;
  return rows[0][0].as<std::string>();
}

}  // namespace plexus::account
