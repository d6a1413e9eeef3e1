#pragma once

#include <string>

#include "common/storage/database_options.h"

namespace plexus::storage {

// The options' connection string with Plexus' own settings added: application name, connect timeout, keepalives,
// encoding. Keywords and URIs both keep their form.
std::string FullConnectionString(const DatabaseOptions& options);

}  // namespace plexus::storage
