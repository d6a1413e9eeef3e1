// Which state events an event must cite as what authorises it. Server-Server API, "Auth events selection".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/value.h"
#include "common/matrix/room_version.h"

namespace plexus::matrix {

struct StateKey {
  std::string type;
  std::string state_key;
  friend bool operator==(const StateKey&, const StateKey&) = default;
  friend auto operator<=>(const StateKey&, const StateKey&) = default;
};

// The keys whose current state events, where they exist, belong into the auth_events of such an event. No duplicates;
// empty for m.room.create. At most six.
std::vector<StateKey> AuthEventKeys(const RoomVersion& version, std::string_view type,
                                    std::optional<std::string_view> state_key, std::string_view sender,
                                    const json::Object& content);

}  // namespace plexus::matrix
