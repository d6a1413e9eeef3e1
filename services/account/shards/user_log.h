// The entries that one write appends to the log of a user shard, stored and collected for the bus.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "common/json/value.h"
#include "common/storage/session.h"
#include "plexus/common/v1/log.pb.h"
#include "services/account/storage/account_data.h"

namespace plexus::account {

// Used within one transaction, by one thread. Internal if more is appended than the write has announced; positions that
// it does not use stay empty.
class UserLog {
 public:
  // Positions first … first + entries - 1 of the shard's log.
  UserLog(storage::Transaction& transaction, int shard, int64_t first, int entries);

  int shard() const { return shard_; }
  // Sets account data.
  absl::Status SetAccountData(const AccountDataKey& key, const json::Object& content);
  // A device came, went, or changed its name.
  absl::Status ChangeDevice(const std::string& user_id, const std::string& device_id, bool deleted);

  // What was appended, for the bus.
  const common::v1::UserLogBatch& batch() const { return batch_; }

 private:
  // The next entry, with its position and user set; null if there is none left.
  common::v1::UserLogEntry* Append(const std::string& user_id);

  storage::Transaction& transaction_;
  const int shard_;
  common::v1::UserLogBatch batch_;
};

}  // namespace plexus::account
