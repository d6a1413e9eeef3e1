// The commands of plexusctl, each in a file of its own name.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plexus/ctl/arguments.h"
#include "plexus/ctl/installation.h"
#include "plexus/ctl/table.h"

namespace plexus::ctl {

// What a command works with.
struct Command {
  Arguments arguments;  // without the command's own name
  Installation& plexus;

  // The positional argument behind the verb, such as the name in "tenants remove NAME". UsageError if it is missing.
  absl::StatusOr<std::string> Name(const std::string& what) const;
  // Writes a table to standard output, as JSON if --json was given.
  void Print(const Table& table) const;
  // --tenant, or the only one that there is. UsageError if there are several.
  absl::StatusOr<std::string> Tenant() const;
};

absl::Status Tenants(const Command& command);
absl::Status Shards(const Command& command);
absl::Status Users(const Command& command);
absl::Status Health(const Command& command);
absl::Status Services(const Command& command);
absl::Status Describe(const Command& command);
absl::Status Call(const Command& command);

}  // namespace plexus::ctl
