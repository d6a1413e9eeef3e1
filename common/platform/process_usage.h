// What the operating system says of this process.
#pragma once

#include "common/platform/samples.h"

namespace plexus::platform {

// Adds CPU, memory, descriptors, threads and the time of the start, as /proc/self has them. What cannot be read is left
// out.
void MeasureUsage(Samples& samples);

}  // namespace plexus::platform
