#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace plexus::platform {

struct LeaseOptions {
  std::string address;             // where other processes reach this one; may be empty
  std::vector<std::string> roles;  // that it serves
  std::string name = "plexus";     // beginning of the process id, for people
  absl::Duration ttl = absl::Seconds(5);
  absl::Duration drain_timeout = absl::Seconds(10);
  // False while the process is stuck (a committer that does not finish): heartbeats stop, and the shards go elsewhere
  // a TTL later. Called on the keeper's strand; must not block.
  std::function<bool()> healthy;
  // Something changed in Postgres that other processes should look at now: publish it on the bus and let their
  // keepers' Nudge() be called. Only for speed. Called on the keeper's strand.
  std::function<void()> announce;

  absl::Duration heartbeat_interval() const { return ttl / 3; }
  absl::Duration poll_interval() const { return ttl / 8; }
  // While a shard that should be ours is about to be released by its owner.
  absl::Duration eager_poll_interval() const { return ttl / 100; }
};

}  // namespace plexus::platform
