// The logs of user shards, read back, and what is kept of them: account data and device list changes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"
#include "plexus/common/v1/log.pb.h"

namespace plexus::storage {

// Positions (after, last_position] of a shard's log, as last_position = min(after + limit, head): every entry that is
// left of them, in order (values coalesce: a range may have holes). first_position is after + 1; last_position ==
// after says that nothing was committed after `after`. Three statements.
absl::StatusOr<common::v1::UserLogBatch> ReadUserLog(Source source, int shard, int64_t after, int64_t limit);

struct StoredAccountData {
  std::string room_id;  // empty: global
  std::string type;
  std::string json;  // the whole content
  int64_t position = 0;
};

// Which of a user's account data are wanted: positions (after, upto], whatever their position those of `whole_rooms`,
// and global ones of `always`.
struct AccountDataSelection {
  int64_t after = 0;
  int64_t upto = 0;
  std::vector<std::string> whole_rooms;
  std::vector<std::string> always;
};
absl::StatusOr<std::vector<StoredAccountData>> AccountDataOf(Source source, const std::string& user_id,
                                                             const AccountDataSelection& selection);

// The users whose device lists changed at positions (after[i], upto[i]] of user shard i, each once.
absl::StatusOr<std::vector<std::string>> UsersWithChangedDevices(Source source, std::span<const int64_t> after,
                                                                 std::span<const int64_t> upto);

}  // namespace plexus::storage
