// A device as clients see it. Client-Server API, "Device management".
#pragma once

#include "common/json/value.h"
#include "services/account/storage/devices.h"

namespace plexus::account {

json::Object DeviceBody(const Device& device);

}  // namespace plexus::account
