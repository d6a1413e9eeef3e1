// The subcommands of `plexus`.
#pragma once

#include "absl/status/status.h"
#include "plexus/ctl/arguments.h"

namespace plexus {

absl::Status Serve(const Words& words);
absl::Status Migrate(const Words& words);
absl::Status Keygen(const Words& words);
absl::Status RegisterUser(const Words& words);
absl::Status Tenant(const Words& words);

}  // namespace plexus
