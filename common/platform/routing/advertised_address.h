// Where other processes reach this one.
#pragma once

#include <string>
#include <string_view>

namespace plexus::platform {

// The address to put into the directory for a listener that is bound to `bound` ("host:port" or "unix:/path"). One that
// listens on every interface is reached by the host's name, as containers and machines of a network know each other.
std::string AdvertisedAddress(std::string_view bound, std::string_view host_name);

}  // namespace plexus::platform
