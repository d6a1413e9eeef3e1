#include "gateway/routes/routes.h"

#include <iterator>
#include <utility>

namespace plexus::gateway {

EndpointList AllRoutes() {
  EndpointList all;
  for (auto list : {WellKnownRoutes, AdminRoutes, MetaRoutes, AccountRoutes, DeviceRoutes, ProfileRoutes,
                    AccountDataRoutes, PushRuleRoutes, RoomRoutes, RoomMembershipRoutes, RoomStateRoutes,
                    RoomEphemeralRoutes, DirectoryRoutes, SyncRoutes}) {
    EndpointList rows = list();
    std::move(rows.begin(), rows.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace plexus::gateway
