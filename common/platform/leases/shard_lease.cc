#include "common/platform/leases/shard_lease.h"

namespace plexus::platform {

void LeaseTerm::RenewUntil(int64_t boot_nanos) {
  int64_t current = valid_until_.load(std::memory_order_acquire);
  while (current != kEnded && current < boot_nanos) {
    if (valid_until_.compare_exchange_weak(current, boot_nanos, std::memory_order_acq_rel)) return;
  }
}

}  // namespace plexus::platform
