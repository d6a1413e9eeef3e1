// Named points at which tests and drills make Plexus fail.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace plexus {

// What happens at a point, `count` times and never after.
struct FaultAction {
  static constexpr int kForever = -1;
  enum class Kind { kError, kDelay, kAbort, kThrow };
  Kind kind = Kind::kError;
  absl::StatusCode code = absl::StatusCode::kUnavailable;  // for kError
  absl::Duration delay;                                    // for kDelay; blocks the thread
  int count = kForever;
};

// Called by production code where a fault can be injected. OK unless `point` is armed; one atomic load if nothing is.
// Throws a std::runtime_error for kThrow alone.
// Points named in the environment variable PLEXUS_FAULTS (syntax below) are armed from the start. Thread-safe.
absl::Status Fault(std::string_view point);

// Whether any point is armed: spares the caller building a point's name.
bool FaultsArmed();

// Arms `point`, replacing what it was armed with.
void ArmFault(std::string_view point, FaultAction action);

// Arms every point of "name=error:UNAVAILABLE:3;name=delay:50;name=abort;name=throw": kind, then a status code by its
// canonical name or milliseconds, then how many times (for ever if left out). InvalidArgument arms nothing.
absl::Status ArmFaults(std::string_view spec);

void DisarmFaults();

// How often `point` has acted since it was armed; 0 if it is not.
int FaultHits(std::string_view point);

}  // namespace plexus
