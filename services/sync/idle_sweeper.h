// Calls a function now and then, until stopped.
#pragma once

#include <functional>
#include <memory>

#include "absl/time/time.h"
#include "common/base/task.h"

namespace plexus::sync {

// Thread-safe.
class IdleSweeper {
 public:
  using Sweep = std::function<Task<void>()>;
  IdleSweeper(Executor executor, absl::Duration interval, Sweep sweep);
  ~IdleSweeper();
  void Start();
  // Completes when no sweep runs and none will. Idempotent.
  Task<void> Stop();

 private:
  struct Core;
  const std::shared_ptr<Core> core_;
};

}  // namespace plexus::sync
