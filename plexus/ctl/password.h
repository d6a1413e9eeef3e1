// A password for a command.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "plexus/ctl/arguments.h"

namespace plexus {

// --password=…, the first line of --password-file=F, or what a person types without seeing it. UsageError if there is
// nobody to ask.
absl::StatusOr<std::string> ReadPassword(const Arguments& arguments);

}  // namespace plexus
