// The bus message that carries a shard's new log entries: its positions followed by the entries, opaque.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/bus/bus.h"
#include "common/bus/log_follower.h"

namespace plexus::bus {

// The channel of one shard's log. `kind` is "room", "user", "push" …
std::string LogChannel(std::string_view tenant, std::string_view kind, uint32_t shard);

// `entries` is whatever the log's readers understand (a serialized protobuf message).
std::string EncodeLogBatch(uint64_t first, uint64_t last, std::string_view entries);
// InvalidArgument if `message` was not made by EncodeLogBatch or its positions are not 1 <= first <= last.
absl::StatusOr<Batch> DecodeLogBatch(std::string_view message);

// Publishes positions [first, last], after their commit and in their order.
void PublishLogBatch(Bus& bus, std::string_view tenant, std::string_view kind, uint32_t shard, uint64_t first,
                     uint64_t last, std::string_view entries);

// Feeds `follower` from the shard's channel: batches to Offer, resets to OnReset. `follower` must outlive the
// subscription.
Subscription FollowLog(Bus& bus, Executor executor, std::string_view tenant, std::string_view kind, uint32_t shard,
                       LogFollower& follower);

}  // namespace plexus::bus
