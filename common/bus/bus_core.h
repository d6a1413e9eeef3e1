// What a Bus and the parts built on it share; it lives as long as the last of them.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "common/bus/bus.h"
#include "common/bus/bus_stats.h"
#include "common/bus/command_link.h"
#include "common/bus/switchboard.h"

namespace plexus::bus {

// Thread-safe.
struct BusCore {
  BusCore(BusConfig bus_config, Executor bus_strand);

  // Both connections; on the strand.
  static Task<void> StopOnStrand(std::shared_ptr<BusCore> core);

  void Publish(std::string_view channel, std::string payload);
  Task<bool> PublishConfirmed(std::string channel, std::string payload, std::chrono::milliseconds timeout);
  bool connected() const { return commands->connected() && switchboard->connected(); }

  const BusConfig config;
  const Executor strand;
  const std::string instance_id;
  const std::shared_ptr<BusStats> stats;
  const std::shared_ptr<CommandLink> commands;
  const std::shared_ptr<Switchboard> switchboard;

 private:
  // The message as it travels: who sent it, then the payload.
  std::string Tagged(std::string_view payload) const;
  void Count(const absl::Status& queued);
};

}  // namespace plexus::bus
