// What a process says about itself each interval.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/bus/heads_beacon.h"

namespace plexus::bus {

inline constexpr std::string_view kBeaconChannel = "heads";
// More changed heads than this go into further beacons.
inline constexpr size_t kMaxHeadsInBeacon = 2000;

struct BeaconMessage {
  std::string instance;  // Bus::instance_id of the process
  bool goodbye = false;  // it stops: no further beacon is to be expected
  std::vector<ShardHead> heads;
};

std::string Encode(const BeaconMessage& message);
// Nullopt if `text` is no beacon, or one with more than kMaxHeadsInBeacon heads.
std::optional<BeaconMessage> DecodeBeacon(std::string_view text);

}  // namespace plexus::bus
