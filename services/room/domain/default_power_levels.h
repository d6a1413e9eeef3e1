// The m.room.power_levels event that a new room starts with.
#pragma once

#include "common/json/value.h"
#include "common/matrix/room_version.h"
#include "services/room/domain/create_room_body.h"

namespace plexus::room {

// Client-Server API, "POST /createRoom", step 3. `content` of the override counts, key by key.
json::Object InitialPowerLevels(const CreateRoomBody& body, const std::string& creator);

}  // namespace plexus::room
