// The file of a listening UNIX socket.
#pragma once

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"

namespace plexus::rpc {

// Removes the socket file `path` if nobody listens on it. Unavailable if somebody does; FailedPrecondition if it is not
// a socket; InvalidArgument if the path is empty or too long for a socket.
absl::Status ClearStaleSocket(const std::string& path);

// Sets the mode and, unless empty, the group of `path`. NotFound if there is no such group.
absl::Status SetSocketAccess(const std::string& path, mode_t mode, const std::string& group);

}  // namespace plexus::rpc
