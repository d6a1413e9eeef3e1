#include "common/bus/log_batch.h"

#include <memory>
#include <utility>

#include "common/bus/wire.h"

namespace plexus::bus {

std::string LogChannel(std::string_view tenant, std::string_view kind, uint32_t shard) {
  std::string channel = "log/";
  return channel.append(tenant).append("/").append(kind).append("/").append(std::to_string(shard));
}

std::string EncodeLogBatch(uint64_t first, uint64_t last, std::string_view entries) {
  WireWriter out;
  out.Number(first);
  out.Number(last);
  out.Rest(entries);
  return std::move(out).Take();
}

absl::StatusOr<Batch> DecodeLogBatch(std::string_view message) {
  WireReader in(message);
  std::optional<uint64_t> first = in.Number();
  std::optional<uint64_t> last = in.Number();
  if (!first || !last || *first < 1 || *first > *last) return absl::InvalidArgumentError("not a log batch");
  return Batch{*first, *last, std::make_shared<const std::string>(in.Rest())};
}

void PublishLogBatch(Bus& bus, std::string_view tenant, std::string_view kind, uint32_t shard, uint64_t first,
                     uint64_t last, std::string_view entries) {
  bus.Publish(LogChannel(tenant, kind, shard), EncodeLogBatch(first, last, entries));
}

Subscription FollowLog(Bus& bus, Executor executor, std::string_view tenant, std::string_view kind, uint32_t shard,
                       LogFollower& follower) {
  OnMessage on_message = [&follower](Payload payload) {
    absl::StatusOr<Batch> batch = DecodeLogBatch(*payload);
    if (batch.ok()) follower.Offer(*std::move(batch));
  };
  OnReset on_reset = [&follower] { follower.OnReset(); };
  return bus.Subscribe(LogChannel(tenant, kind, shard), std::move(executor), std::move(on_message),
                       std::move(on_reset));
}

}  // namespace plexus::bus
