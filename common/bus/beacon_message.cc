#include "common/bus/beacon_message.h"

#include <utility>

#include "common/bus/wire.h"

namespace plexus::bus {
namespace {

// Readers ignore beacons of another version: they poll until every copy is of one release.
constexpr uint64_t kVersion = 1;

}  // namespace

std::string Encode(const BeaconMessage& message) {
  WireWriter out;
  out.Number(kVersion);
  out.Text(message.instance);
  out.Number(message.goodbye ? 1 : 0);
  out.Number(message.heads.size());
  for (const ShardHead& head : message.heads) {
    out.Text(head.tenant);
    out.Text(head.kind);
    out.Number(head.shard);
    out.Number(head.head);
  }
  return std::move(out).Take();
}

std::optional<BeaconMessage> DecodeBeacon(std::string_view text) {
  WireReader in(text);
  if (in.Number() != kVersion) return std::nullopt;
  std::optional<std::string> instance = in.Text();
  std::optional<uint64_t> goodbye = in.Number();
  std::optional<uint64_t> count = in.Number();
  if (!instance || !goodbye || !count || *count > kMaxHeadsInBeacon) return std::nullopt;
  BeaconMessage message{.instance = *std::move(instance), .goodbye = *goodbye != 0};
  for (uint64_t i = 0; i < *count; ++i) {
    std::optional<std::string> tenant = in.Text();
    std::optional<std::string> kind = in.Text();
    std::optional<uint64_t> shard = in.Number();
    std::optional<uint64_t> head = in.Number();
    if (!tenant || !kind || !shard || !head) return std::nullopt;
    message.heads.push_back({*std::move(tenant), *std::move(kind), static_cast<uint32_t>(*shard), *head});
  }
  return message;
}

}  // namespace plexus::bus
