// Tells the service manager how this process is doing: the protocol of sd_notify(3), for units with Type=notify.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace plexus {

// Sends assignments, one a line, such as "READY=1" or "STOPPING=1", in one datagram to the socket that the environment
// variable NOTIFY_SOCKET names: a path, or an abstract name after '@'. Does nothing where it is unset. Never waits.
// Errors: InvalidArgument for a name that is neither, Unavailable if nobody takes the datagram.
absl::Status Notify(std::string_view assignments);

}  // namespace plexus
