// A shard that this process holds.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "common/base/clock.h"
#include "common/storage/schema_name.h"
#include "common/storage/shard.h"

namespace plexus::platform {

// How long the leases of one incarnation of a process are good for: until a TTL after the last renewal that Postgres
// confirmed was *sent*, by the boot-time clock. Thread-safe.
class LeaseTerm {
 public:
  explicit LeaseTerm(const Clock& clock) : clock_(clock) {}
  // Past this an owner answers nothing, reads included.
  bool Valid() const { return clock_.BootNanos() < valid_until_.load(std::memory_order_acquire); }
  int64_t valid_until() const { return valid_until_.load(std::memory_order_acquire); }

  // Never revives a term that has been ended.
  void RenewUntil(int64_t boot_nanos);
  void End() { valid_until_.store(kEnded, std::memory_order_release); }

 private:
  static constexpr int64_t kEnded = -1;
  const Clock& clock_;
  std::atomic<int64_t> valid_until_{0};
};

struct ShardLease {
  storage::SchemaName schema;
  storage::ShardId shard;
  int64_t epoch = 0;
  int64_t lease_id = 0;
  int64_t head = 0;      // of the log when the lease was taken
  int64_t next_nid = 0;  // likewise
  std::shared_ptr<const LeaseTerm> term;

  bool Valid() const { return term->Valid(); }
};

}  // namespace plexus::platform
