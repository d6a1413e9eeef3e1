#include "tests/load/chat/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace plexus::load {
namespace {

// The fields of /proc/PID/stat that are of use; see proc(5).
struct Stat {
  int parent = 0;
  int64_t user_ticks = 0, system_ticks = 0;
  int64_t resident_pages = 0;
};

// Zeroes if there is no such process.
Stat ReadStat(int pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/stat"));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Stat stat;
  const size_t name_end = text.rfind(')');  // a name may hold anything
  if (name_end == std::string::npos) return stat;
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  fields >> skipped >> stat.parent;
  for (int field = 5; field <= 13; ++field) fields >> skipped;
  fields >> stat.user_ticks >> stat.system_ticks;
  for (int field = 16; field <= 23; ++field) fields >> skipped;
  fields >> stat.resident_pages;
  return stat;
}

// Memory that it shares with nobody, as far as the kernel says so cheaply: resident less file-backed and shared pages.
int64_t OwnPages(int pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/statm"));
  int64_t size = 0, resident = 0, shared = 0;
  file >> size >> resident >> shared;
  return resident - shared;
}

std::vector<int> ChildrenOf(int pid) {
  std::vector<int> children;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    int candidate = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &candidate)) continue;
    if (ReadStat(candidate).parent == pid) children.push_back(candidate);
  }
  return children;
}

double Seconds(const Stat& stat) {
  return static_cast<double>(stat.user_ticks + stat.system_ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

absl::StatusOr<WatchedProcess> WatchedProcess::Parse(const std::string& text) {
  const size_t colon = text.find(':');
  int pid = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(text.substr(colon + 1), &pid) || pid <= 0) {
    return absl::InvalidArgumentError(absl::StrCat("--pid=", text, ": name:pid is allowed"));
  }
  if (ReadStat(pid).resident_pages == 0) return absl::NotFoundError(absl::StrCat("there is no process ", pid));
  return WatchedProcess(text.substr(0, colon), pid);
}

Usage WatchedProcess::Read() const {
  const Stat own = ReadStat(pid_);
  Usage usage{Seconds(own), own.resident_pages};
  for (int child : ChildrenOf(pid_)) {
    usage.cpu_seconds += Seconds(ReadStat(child));
    usage.resident_bytes += OwnPages(child);
  }
  usage.resident_bytes *= sysconf(_SC_PAGESIZE);
  return usage;
}

double OwnCpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
}

}  // namespace plexus::load
