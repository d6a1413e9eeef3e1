// The logs of room shards, read back: for what the bus did not bring.
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
// left of them, in order, each with its own position (receipts coalesce: a range may have holes). first_position is
// after + 1; last_position == after says that nothing was committed after `after`. Four statements.
absl::StatusOr<common::v1::RoomLogBatch> ReadRoomLog(Source source, int shard, int64_t after, int64_t limit);

struct StoredReceipt {
  int64_t room_nid = 0;
  std::string user_id;
  std::string receipt_type;
  std::string thread_id;
  std::string event_id;
  int64_t ts = 0;
  int64_t position = 0;
};

// The room's receipts with a position in (after, upto].
struct ReceiptRange {
  int64_t room_nid = 0;
  int64_t after = 0;
  int64_t upto = 0;
};
// In one statement, in no order. Private receipts ("m.read.private") of others than `viewer` are left out.
absl::StatusOr<std::vector<StoredReceipt>> ReceiptsIn(Source source, std::span<const ReceiptRange> ranges,
                                                      const std::string& viewer);

}  // namespace plexus::storage
