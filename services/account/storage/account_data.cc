#include "services/account/storage/account_data.h"

#include "common/base/status_macros.h"
#include "common/json/parse.h"

namespace plexus::account {
namespace {

constexpr std::string_view kFind = "SELECT json FROM account_data WHERE user_id = $1 AND room_id = $2 AND type = $3";

constexpr std::string_view kStore = R"sql(
  INSERT INTO account_data (user_id, room_id, type, json, shard, position) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (user_id, room_id, type)
  DO UPDATE SET json = excluded.json, shard = excluded.shard, position = excluded.position)sql";

}  // namespace

absl::StatusOr<std::optional<json::Object>> FindAccountData(storage::Source source, const AccountDataKey& key) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFind, key.user_id, key.room_id, key.type));
  if (rows.empty()) return std::nullopt;
  PLEXUS_ASSIGN_OR_RETURN(json::Object content, json::ParseObject(rows[0][0].c_str(), {json::kMaxDepth}));
  return content;
}

absl::Status StoreAccountData(storage::Source source, const AccountDataKey& key, std::string_view json, int shard,
                              int64_t position) {
  return source.Query(kStore, key.user_id, key.room_id, key.type, json, shard, position).status();
}

}  // namespace plexus::account
