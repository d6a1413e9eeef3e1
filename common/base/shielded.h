// Background work, whose exceptions nobody would catch.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "common/base/task.h"

namespace plexus {

// Awaits `round`: one round of a background loop, or work that nobody awaits. Plexus' own code throws nothing, but what
// it calls might; that is reported and becomes Internal, so that the loop goes on and its owner can still stop it.
// `name`, a literal, is also a fault point (kThrow).
Task<absl::Status> Shielded(std::string_view name, Task<void> round);
Task<absl::Status> Shielded(std::string_view name, Task<absl::Status> round);

// What to tell of an exception in background work; called on its thread. Standard error unless set.
using BackgroundReporter = void (*)(std::string_view name, std::string_view what);
void SetBackgroundReporter(BackgroundReporter reporter);

// Reports the exception that is being handled; for use in a catch block.
absl::Status ReportCaught(std::string_view name);

}  // namespace plexus
