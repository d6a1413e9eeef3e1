// What a run does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace plexus::load {

struct Options {
  std::string url;                  // see ResolveUrl
  std::string target = "matrix";    // or "floor"
  std::string registration_secret;  // of /_synapse/admin/v1/register; empty: open registration (m.login.dummy)
  int senders = 1;
  int rooms = 1;           // room i is sent to by sender i, modulo the number of senders, and the reverse
  int readers = 1;         // users with a sync open, each in every room
  double rate = 0;         // events a second over all senders; 0: each sends as soon as it is answered
  int seconds = 10;        // measured
  int warmup_seconds = 1;  // before that
  int bytes = 100;         // of a message's text, about
  bool json = false;       // print JSON instead of a table
  // Processes whose CPU time and memory are reported, their children included: "name:pid".
  std::vector<std::string> pids;
};

// InvalidArgument names the flag.
absl::StatusOr<Options> ReadOptions(int argc, char** argv);

extern const char kUsage[];

}  // namespace plexus::load
