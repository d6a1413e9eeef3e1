// What a run found, and its two renderings.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/load/chat/histogram.h"
#include "tests/load/chat/options.h"

namespace plexus::load {

struct ProcessResult {
  std::string name;
  double cpu_seconds = 0;      // during the measured time
  int64_t resident_bytes = 0;  // at its end
};

struct Results {
  double seconds = 0;                       // measured
  int64_t acknowledged = 0;                 // events answered with 200 in that time
  Histogram send;                           // due (or sent, in closed loop) to answered
  Histogram delivery;                       // due to received by a reader's sync, for each reader
  std::map<std::string, int64_t> failures;  // requests that were not answered with 200, by what came instead
  int64_t limited_syncs = 0;   // answers that left a gap in a timeline: events that they hide count as lost
  int64_t lost = 0;            // acknowledged in the whole run and not seen, over all readers
  int64_t doubled = 0;         // seen again, over all readers
  double own_cpu_seconds = 0;  // of the generator
  std::vector<ProcessResult> processes;
};

std::string RenderTable(const Options& options, const Results& results);
// One object; durations in microseconds.
std::string RenderJson(const Options& options, const Results& results);

}  // namespace plexus::load
