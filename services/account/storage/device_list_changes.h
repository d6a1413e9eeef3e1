// Table device_list_change. Written through UserLog only.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "common/storage/readers/source.h"

namespace plexus::account {

absl::Status StoreDeviceListChange(storage::Source source, const std::string& user_id, const std::string& device_id,
                                   bool deleted, int shard, int64_t position);

}  // namespace plexus::account
