#include "common/platform/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/numbers.h"

namespace plexus::platform {
namespace {

// Fields of /proc/self/stat after the name of the program, numbered as proc(5) does.
constexpr size_t kFirstField = 3;
constexpr size_t kUserTicks = 14, kSystemTicks = 15, kThreadCount = 20, kStartTicks = 22, kResidentPages = 24;

std::vector<double> StatFields() {
  std::stringstream text;
  text << std::ifstream("/proc/self/stat").rdbuf();
  const std::string line = text.str();
  std::vector<double> fields(kFirstField, 0);
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return fields;
  std::istringstream rest(line.substr(name_end + 1));
  for (std::string field; rest >> field;) {
    double number = 0;
    fields.push_back(absl::SimpleAtod(field, &number) ? number : 0);
  }
  return fields;
}

// Seconds since 1970; 0 if unknown.
double BootTime() {
  std::ifstream stat("/proc/stat");
  for (std::string word; stat >> word;) {
    double seconds = 0;
    if (word == "btime" && stat >> seconds) return seconds;
  }
  return 0;
}

void MeasureStat(Samples& samples) {
  const std::vector<double> fields = StatFields();
  if (fields.size() <= kResidentPages) return;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  samples.Add(metric::kCpuSeconds, (fields[kUserTicks] + fields[kSystemTicks]) / ticks);
  samples.Add(metric::kThreads, fields[kThreadCount]);
  samples.Add(metric::kResidentBytes, fields[kResidentPages] * static_cast<double>(sysconf(_SC_PAGESIZE)));
  if (const double boot = BootTime(); boot > 0) samples.Add(metric::kStartTime, boot + fields[kStartTicks] / ticks);
}

}  // namespace

void MeasureUsage(Samples& samples) {
  MeasureStat(samples);
  std::error_code error;
  double descriptors = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end; it.increment(error)) {
    ++descriptors;
  }
  if (!error) samples.Add(metric::kOpenFds, descriptors);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) samples.Add(metric::kMaxFds, static_cast<double>(limit.rlim_cur));
}

}  // namespace plexus::platform
