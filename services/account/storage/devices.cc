#include "services/account/storage/devices.h"

#include "common/base/status_macros.h"
#include "common/storage/array.h"

namespace plexus::account {
namespace {

constexpr std::string_view kFind = R"sql(
  SELECT device_id, display_name, last_seen_ts, last_seen_ip FROM device WHERE user_id = $1 AND device_id = $2)sql";

constexpr std::string_view kList = R"sql(
  SELECT device_id, display_name, last_seen_ts, last_seen_ip FROM device WHERE user_id = $1 ORDER BY device_id)sql";

constexpr std::string_view kInsert = R"sql(
  INSERT INTO device (user_id, device_id, display_name, last_seen_ts, last_seen_ip, created_ts)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (user_id, device_id) DO NOTHING RETURNING device_id)sql";

constexpr std::string_view kRename = R"sql(
  UPDATE device SET display_name = $3 WHERE user_id = $1 AND device_id = $2 RETURNING device_id)sql";

constexpr std::string_view kTouch = R"sql(
  UPDATE device SET last_seen_ts = $4, last_seen_ip = $3 WHERE user_id = $1 AND device_id = $2)sql";

constexpr std::string_view kDelete = R"sql(
  DELETE FROM device WHERE user_id = $1 AND device_id = ANY($2::text[]) RETURNING device_id)sql";

Device FromRow(const pqxx::row& row) {
  Device device;
  device.device_id = row["device_id"].as<std::string>();
  if (!row["display_name"].is_null()) device.display_name = row["display_name"].as<std::string>();
  if (!row["last_seen_ts"].is_null()) device.last_seen_ts = row["last_seen_ts"].as<int64_t>();
  if (!row["last_seen_ip"].is_null()) device.last_seen_ip = row["last_seen_ip"].as<std::string>();
  return device;
}

}  // namespace

absl::StatusOr<std::optional<Device>> FindDevice(storage::Source source, const std::string& user_id,
                                                 const std::string& device_id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFind, user_id, device_id));
  if (rows.empty()) return std::nullopt;
  return FromRow(rows[0]);
}

absl::StatusOr<std::vector<Device>> DevicesOf(storage::Source source, const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kList, user_id));
  std::vector<Device> devices;
  for (const pqxx::row& row : rows) devices.push_back(FromRow(row));
  return devices;
}

absl::StatusOr<bool> InsertDevice(storage::Source source, const std::string& user_id, const Device& device,
                                  int64_t now_ms) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kInsert, user_id, device.device_id, device.display_name,
                                                          device.last_seen_ts, device.last_seen_ip, now_ms));
  return !rows.empty();
}

absl::StatusOr<bool> RenameDevice(storage::Source source, const std::string& user_id, const std::string& device_id,
                                  const std::string& display_name) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kRename, user_id, device_id, display_name));
  return !rows.empty();
}

absl::Status TouchDevice(storage::Source source, const std::string& user_id, const std::string& device_id,
                         const std::string& ip, int64_t now_ms) {
  return source.Query(kTouch, user_id, device_id, ip, now_ms).status();
}

absl::StatusOr<std::vector<std::string>> DeleteDeviceRows(storage::Source source, const std::string& user_id,
                                                          const std::vector<std::string>& device_ids) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kDelete, user_id, storage::TextArray(device_ids)));
  std::vector<std::string> deleted;
  for (const pqxx::row& row : rows) deleted.push_back(row[0].as<std::string>());
  return deleted;
}

}  // namespace plexus::account
