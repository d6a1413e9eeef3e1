// The roles of this build.
#pragma once

#include <vector>

#include "common/platform/host/service_host.h"

namespace plexus {

// In the order in which they start: a role after those that it calls.
std::vector<platform::RoleFactory> AllRoles();

}  // namespace plexus
