// The part of a rate limit that Redis keeps: one script, atomic, by Redis' own clock.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/task.h"
#include "common/bus/bus_core.h"

namespace plexus::bus {

// Debts are in microseconds: how long the key takes to have its whole burst again.
struct DebtRequest {
  std::string key;
  double admitted = 0;  // to add, whatever comes of it
  double wanted = 0;    // to add if the debt stays within `limit` with it
  double limit = 0;     // the whole burst; positive
};

struct DebtAnswer {
  bool allowed = false;  // `wanted` was added
  double debt = 0;       // afterwards
};

// Thread-safe.
class SharedDebts : public std::enable_shared_from_this<SharedDebts> {
 public:
  explicit SharedDebts(std::shared_ptr<BusCore> bus) : bus_(std::move(bus)) {}

  // One round trip (three when Redis does not have the script). An error if Redis is away, refuses, or does not
  // answer within `timeout`, which applies to each; the debt may be added nevertheless.
  static Task<absl::StatusOr<DebtAnswer>> Charge(std::shared_ptr<SharedDebts> self, DebtRequest request,
                                                 std::chrono::milliseconds timeout);

  const BusCore& bus() const { return *bus_; }

 private:
  static Task<absl::StatusOr<RedisReply>> Evaluate(std::shared_ptr<SharedDebts> self, DebtRequest request,
                                                   std::chrono::milliseconds timeout);
  static Task<absl::Status> LoadScript(std::shared_ptr<SharedDebts> self, std::chrono::milliseconds timeout);
  std::string sha() const;

  const std::shared_ptr<BusCore> bus_;
  mutable absl::Mutex mutex_;
  std::string sha_ ABSL_GUARDED_BY(mutex_);  // Redis' name for the script; empty until it is loaded
};

}  // namespace plexus::bus
