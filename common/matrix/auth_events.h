// Which state events an event must cite as what authorises it. Server-Server API, "Auth events selection".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/value.h"
#include "common/matrix/room_version.h"
#include "common/matrix/state_key.h"

namespace plexus::matrix {

// The keys whose current state events, where they exist, belong into the auth_events of such an event. No duplicates;
// empty for m.room.create. At most six.
std::vector<StateKey> AuthEventKeys(const RoomVersion& version, std::string_view type,
                                    std::optional<std::string_view> state_key, std::string_view sender,
                                    const json::Object& content);

}  // namespace plexus::matrix
