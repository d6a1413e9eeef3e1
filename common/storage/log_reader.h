// How far the logs of a tenant have come.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/session.h"
#include "common/storage/shard.h"

namespace plexus::storage {

// head of every shard of `kind`, by shard id.
absl::StatusOr<std::vector<int64_t>> ReadHeads(Session& session, ShardKind kind);

struct LogHeads {
  std::vector<int64_t> room;
  std::vector<int64_t> user;
};

// Both, room heads first (two statements, in this order, unless the session is in a snapshot already): whatever a room
// entry up to these heads depends on, such as the to-device message with its key, is within the user heads.
absl::StatusOr<LogHeads> ReadAllHeads(Session& session);

}  // namespace plexus::storage
