#include "services/account/storage/device_list_changes.h"

namespace plexus::account {
namespace {

constexpr std::string_view kStore = R"sql(
  INSERT INTO device_list_change (user_id, device_id, deleted, shard, position) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (user_id, device_id)
  DO UPDATE SET deleted = excluded.deleted, shard = excluded.shard, position = excluded.position)sql";

}  // namespace

absl::Status StoreDeviceListChange(storage::Source source, const std::string& user_id, const std::string& device_id,
                                   bool deleted, int shard, int64_t position) {
  return source.Query(kStore, user_id, device_id, deleted, shard, position).status();
}

}  // namespace plexus::account
