// The subcommands of `plexus`, and how they read their arguments.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace plexus {

// "--name=value" and "--name value" options, "--name" switches, and what stands alone.
struct Arguments {
  std::map<std::string, std::string> options;
  std::vector<std::string> positional;

  std::string Get(const std::string& name, const std::string& otherwise = "") const;
  // InvalidArgument if it was not given.
  absl::StatusOr<std::string> Require(const std::string& name) const;
};

// InvalidArgument names an option that is not among `allowed`. A name in `switches` takes no value.
absl::StatusOr<Arguments> ParseArguments(const std::vector<std::string>& words, const std::set<std::string>& allowed,
                                         const std::set<std::string>& switches = {});

using Words = std::vector<std::string>;

absl::Status Serve(const Words& words);
absl::Status Migrate(const Words& words);
absl::Status Keygen(const Words& words);
absl::Status RegisterUser(const Words& words);
absl::Status Tenant(const Words& words);

}  // namespace plexus
