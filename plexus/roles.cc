#include "plexus/roles.h"

#include "gateway/gateway_role.h"
#include "services/account/account_role.h"
#include "services/event_persister/event_persister_role.h"
#include "services/room/room_role.h"
#include "services/sync/sync_role.h"

namespace plexus {

std::vector<platform::RoleFactory> AllRoles() {
  return {
      [] { return std::make_unique<event_persister::EventPersisterRole>(); },
      [] { return std::make_unique<account::AccountRole>(); },
      [] { return std::make_unique<room::RoomRole>(); },
      [] { return std::make_unique<sync::SyncRole>(); },
      [] { return std::make_unique<gateway::GatewayRole>(); },
  };
}

}  // namespace plexus
