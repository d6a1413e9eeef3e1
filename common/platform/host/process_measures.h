// What a process's shared parts have to show of this moment.
#pragma once

#include "common/platform/host/process_parts.h"
#include "common/platform/samples.h"

namespace plexus::platform {

// Adds the state of Postgres's pool, of Redis, and of shards, leases and logs. After ProcessParts::Listen and before
// Close; on any thread.
void MeasureProcess(ProcessParts& parts, Samples& samples);

}  // namespace plexus::platform
