// Ends what idle tenants need not keep.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

#include "common/base/clock.h"
#include "common/base/task.h"
#include "gateway/tenant_hosts.h"

namespace plexus::gateway {

// Looks every kPeriod for tenants without requests for so long, and stops listening for their revocations.
class IdleSweep : public std::enable_shared_from_this<IdleSweep> {
 public:
  static constexpr std::chrono::seconds kPeriod{5};

  // `hosts` and `clock` outlive the sweep's end.
  IdleSweep(const Executor& executor, const TenantHosts& hosts, const Clock& clock, int64_t idle_nanos)
      : timer_(executor), hosts_(hosts), clock_(clock), idle_nanos_(idle_nanos) {}

  void Start();
  // Completes when nothing runs any more.
  Task<void> Stop();

 private:
  void Arm();
  void Sweep();

  boost::asio::steady_timer timer_;  // touched on its executor alone, as is stopped_
  const TenantHosts& hosts_;
  const Clock& clock_;
  const int64_t idle_nanos_;
  bool stopped_ = false;
};

}  // namespace plexus::gateway
