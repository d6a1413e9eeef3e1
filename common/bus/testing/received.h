// What a subscription has received, for tests to wait for.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "common/bus/bus.h"

namespace plexus::bus::testing {

// Thread-safe. Must outlive the subscriptions that fill it.
class Received {
 public:
  OnMessage on_message() {
    return [this](Payload payload) {
      std::lock_guard lock(mutex_);
      messages_.push_back(*payload);
    };
  }
  OnReset on_reset() {
    return [this] {
      std::lock_guard lock(mutex_);
      ++resets_;
    };
  }
  std::vector<std::string> messages() const {
    std::lock_guard lock(mutex_);
    return messages_;
  }
  int resets() const {
    std::lock_guard lock(mutex_);
    return resets_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> messages_;
  int resets_ = 0;
};

}  // namespace plexus::bus::testing
