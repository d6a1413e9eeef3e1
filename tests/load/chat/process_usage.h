// CPU time and memory of processes, from /proc.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace plexus::load {

struct Usage {
  double cpu_seconds = 0;  // user and system, since the process began
  int64_t resident_bytes = 0;
};

// A process and the children that it has now (Postgres has one a connection). Shared pages of children are not counted.
class WatchedProcess {
 public:
  // "name:pid". NotFound if there is no such process.
  static absl::StatusOr<WatchedProcess> Parse(const std::string& text);

  const std::string& name() const { return name_; }
  // Zeroes for what has ended meanwhile.
  Usage Read() const;

 private:
  WatchedProcess(std::string name, int pid) : name_(std::move(name)), pid_(pid) {}
  std::string name_;
  int pid_;
};

// CPU seconds of this process so far.
double OwnCpuSeconds();

}  // namespace plexus::load
