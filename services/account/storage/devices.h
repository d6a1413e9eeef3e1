// Table device.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"

namespace plexus::account {

struct Device {
  std::string device_id;
  std::optional<std::string> display_name;
  std::optional<int64_t> last_seen_ts;  // milliseconds
  std::optional<std::string> last_seen_ip;
};

absl::StatusOr<std::optional<Device>> FindDevice(storage::Source source, const std::string& user_id,
                                                 const std::string& device_id);
// In order of their ids.
absl::StatusOr<std::vector<Device>> DevicesOf(storage::Source source, const std::string& user_id);

// False if the device exists: it is left as it is.
absl::StatusOr<bool> InsertDevice(storage::Source source, const std::string& user_id, const Device& device,
                                  int64_t now_ms);
// False if there is no such device.
absl::StatusOr<bool> RenameDevice(storage::Source source, const std::string& user_id, const std::string& device_id,
                                  const std::string& display_name);
absl::Status TouchDevice(storage::Source source, const std::string& user_id, const std::string& device_id,
                         const std::string& ip, int64_t now_ms);
// Those of the ids that were there and are gone now.
absl::StatusOr<std::vector<std::string>> DeleteDeviceRows(storage::Source source, const std::string& user_id,
                                                          const std::vector<std::string>& device_ids);

}  // namespace plexus::account
