// How the commands of `plexus` and `plexusctl` read their arguments.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace plexus {

using Words = std::vector<std::string>;

// The arguments are wrong, and `message` says what is allowed: the exit code is 2, not 1.
absl::Status UsageError(std::string_view message);
bool IsUsageError(const absl::Status& status);
// 0, 1 or 2.
int ExitCode(const absl::Status& status);

// "--name=value" and "--name value" options, "--name" switches, and what stands alone.
struct Arguments {
  std::map<std::string, std::string> options;
  Words positional;

  bool Has(const std::string& name) const { return options.contains(name); }
  std::string Get(const std::string& name, const std::string& otherwise = "") const;
  // UsageError if it was not given.
  absl::StatusOr<std::string> Require(const std::string& name) const;
};

// UsageError names an option that is not among `allowed`. A name in `switches` takes no value.
absl::StatusOr<Arguments> ParseArguments(const Words& words, const std::set<std::string>& allowed,
                                         const std::set<std::string>& switches = {});

// The contents of a file, of standard input for "-".
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace plexus
