// The table, one list for each area of the API: routes/<area>.cc and routes/client/<area>.cc.
#pragma once

#include "gateway/endpoint.h"

namespace plexus::gateway {

EndpointList WellKnownRoutes();
EndpointList AdminRoutes();
EndpointList MetaRoutes();
EndpointList AccountRoutes();
EndpointList DeviceRoutes();
EndpointList ProfileRoutes();
EndpointList AccountDataRoutes();
EndpointList PushRuleRoutes();
EndpointList RoomRoutes();
EndpointList RoomMembershipRoutes();
EndpointList RoomStateRoutes();
EndpointList RoomEphemeralRoutes();
EndpointList DirectoryRoutes();
EndpointList SyncRoutes();

// All of them.
EndpointList AllRoutes();

}  // namespace plexus::gateway
