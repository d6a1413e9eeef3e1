// What travels with every call besides its message.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "common/base/cancellation.h"
#include "common/base/clock.h"

namespace plexus::rpc {

// A value; pass it on (by copy) to the calls made on behalf of a request.
struct Context {
  std::string request_id;                      // assigned by the first callee if empty
  std::string tenant;                          // server name of the homeserver that the call is for
  int64_t deadline_nanos = 0;                  // Clock::BootNanos of this process; 0 for none
  std::shared_ptr<Cancellation> cancellation;  // never null in a handler; null from a caller that never cancels
  std::string caller;                          // id of the calling process or role, for logs
  std::string traceparent;                     // W3C trace context, passed on as it is

  // Time left; negative once the deadline has passed, infinite if there is none.
  absl::Duration Remaining(const Clock& clock) const {
    if (deadline_nanos == 0) return absl::InfiniteDuration();
    return absl::Nanoseconds(deadline_nanos - clock.BootNanos());
  }

  // The same with the deadline at most `timeout` from now.
  Context WithTimeout(const Clock& clock, absl::Duration timeout) const {
    Context limited = *this;
    const int64_t latest = clock.BootNanos() + absl::ToInt64Nanoseconds(timeout);
    if (deadline_nanos == 0 || latest < deadline_nanos) limited.deadline_nanos = latest;
    return limited;
  }

  bool cancelled() const { return cancellation != nullptr && cancellation->cancelled(); }
};

}  // namespace plexus::rpc
